import {
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  randomUUID,
  sign,
  verify,
} from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

type Algorithm = 'RS256' | 'ES256';
type Json = Record<string, unknown>;

/** A key of the issuer, private and as a published JWK. */
export interface IssuerKey {
  alg: Algorithm;
  privateKey: KeyObject;
  /** Additional members of the published JWK. */
  published: Json;
}

const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const CLIENT = { id: 'resource server', secret: 'a secret: with + & signs' };

/** Generates a key. @param published members of its JWK; it has no `kid` unless given */
export function anIssuerKey(
  published: Json = { kid: randomUUID(), use: 'sig' },
  alg: Algorithm = 'ES256',
): IssuerKey {
  const { privateKey } =
    alg === 'RS256'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { alg, privateKey, published };
}

/** An issuer of access tokens over real HTTP: JWTs by a JWK Set, and opaque tokens by introspection (RFC 7662). */
export class TokenIssuer {
  keys = [anIssuerKey()];
  /** What it answers instead, where it fails. */
  failure: number | undefined;
  /** Published among the keys. */
  notKeys: unknown[] = [];
  /** The number of requests. */
  readonly requests = { keys: 0, introspection: 0 };
  readonly client = CLIENT;
  /** The public key of the client's assertions (ES256); undefined if it has a secret. */
  clientKey: KeyObject | undefined;
  url = '';
  private readonly opaque = new Map<string, Json>();
  private readonly usedAssertions = new Set<unknown>();

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => void this.serve(request, response));
  }

  /** @param tls the certificate of 127.0.0.1 and its key; plain HTTP without it */
  static async open(tls?: { cert: string; key: string }): Promise<TokenIssuer> {
    const issuer = new TokenIssuer(tls ? createTlsServer(tls) : createServer());
    issuer.server.listen(0, '127.0.0.1');
    await once(issuer.server, 'listening');
    const { port } = issuer.server.address() as AddressInfo;
    issuer.url = `${tls ? 'https' : 'http'}://127.0.0.1:${port}`;
    return issuer;
  }

  /** Its entry in the `ISSUERS_FILE` of a gateway. */
  get settings() {
    return {
      issuer: this.url,
      jwksUrl: `${this.url}/keys`,
      audience: 'atrium',
      userIdClaim: 'sub',
      scopes: { customer: ['profile:read', 'orders:read'] },
    };
  }

  /** The same for an issuer with introspection of opaque tokens. */
  get introspection() {
    return { url: `${this.url}/introspect`, clientId: CLIENT.id, clientSecret: CLIENT.secret };
  }

  /** An access token. @param by the signing key, which its header names by default */
  token(claims: Json = {}, header: Json = {}, by = this.keys[0]!): string {
    const { alg, privateKey, published } = by;
    const payload = { ...this.claims(), ...claims };
    const head = { alg, typ: 'at+jwt', kid: published['kid'], ...header };
    const signed = [head, payload]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;
    return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
  }

  /** An opaque access token. @param answer its introspection response, beside `active` */
  opaqueToken(answer: Json = {}, token = randomBytes(32).toString('base64')): string {
    this.opaque.set(token, { ...this.claims(), ...answer });
    return token;
  }

  /** Revokes an opaque token. */
  revoke(token: string): void {
    this.opaque.delete(token);
  }

  async close(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  private claims(): Json {
    const now = Math.floor(Date.now() / 1000);
    return { iss: this.url, aud: 'atrium', sub: 'u1', scope: 'customer', iat: now, exp: now + 300 };
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const json = (status: number, body: object, headers = {}) =>
      void response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(JSON.stringify(body));
    const isKeys = request.url === '/keys';
    this.requests[isKeys ? 'keys' : 'introspection'] += 1;
    if (this.failure !== undefined) return json(this.failure, { error: 'server_error' });
    if (isKeys) return json(200, { keys: [...this.notKeys, ...this.keys.map(publishedAs)] });
    const form = new URLSearchParams(await text(request));
    const isKnown = this.clientKey ? this.hasAsserted(form, this.clientKey) : isClient(request, form);
    if (!isKnown) return json(401, { error: 'invalid_client' }, { 'www-authenticate': 'Basic' });
    const token = form.get('token') ?? '';
    if (token.startsWith('eyJ')) return json(400, { error: 'unsupported_token_type' });
    const found = this.opaque.get(token);
    return json(200, found ? { active: true, ...found } : { active: false });
  }

  /** Verifies an assertion of the client, which can be used once (RFC 7523, section 3). */
  private hasAsserted(form: URLSearchParams, key: KeyObject): boolean {
    const [head = '', body = '', signature = ''] = (form.get('client_assertion') ?? '').split('.');
    const signer = { key, dsaEncoding: 'ieee-p1363' } as const;
    const isSigned = verify('sha256', Buffer.from(`${head}.${body}`), signer, Buffer.from(signature, 'base64url'));
    if (!isSigned || form.get('client_assertion_type') !== ASSERTION || form.has('client_secret')) return false;
    const { iss, sub, aud, exp, jti } = JSON.parse(Buffer.from(body, 'base64url').toString()) as Json;
    const isNew = !this.usedAssertions.has(jti);
    this.usedAssertions.add(jti);
    const isOfClient = iss === CLIENT.id && sub === CLIENT.id && aud === this.url;
    return isNew && isOfClient && typeof exp === 'number' && exp > Date.now() / 1000;
  }
}

const publishedAs = ({ alg, privateKey, published }: IssuerKey): Json => ({
  ...createPublicKey(privateKey).export({ format: 'jwk' }),
  alg,
  ...published,
});

/** Client authentication by HTTP Basic, with both parts encoded (RFC 6749, section 2.3.1), or by the form. */
function isClient({ headers }: IncomingMessage, form: URLSearchParams): boolean {
  const basic = Buffer.from((headers.authorization ?? '').slice(6), 'base64')
    .toString()
    .split(':');
  const plain = (value = '') => decodeURIComponent(value.replaceAll('+', ' '));
  const given = headers.authorization
    ? [plain(basic[0]), plain(basic[1])]
    : [form.get('client_id'), form.get('client_secret')];
  return given[0] === CLIENT.id && given[1] === CLIENT.secret;
}
