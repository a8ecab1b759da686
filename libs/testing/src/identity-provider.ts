import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { JwtService } from '@nestjs/jwt';

interface Key {
  id: string;
  privateKey: KeyObject;
}

interface Grant {
  /** The claims of the person. */
  sub: string;
  sid: string;
  challenge: string;
  nonce: string;
  redirectUri: string;
}

const CLIENT = { id: 'atrium', secret: 'a secret of the client: with signs & such' };
const LOGOUT = 'http://schemas.openid.net/event/backchannel-logout';

const newKey = (): Key => ({
  id: randomUUID(),
  privateKey: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
});

/** A small OpenID provider with one client: every login is one of `person`. */
export class IdentityProvider {
  /** The person who logs in, with the claims of their tokens. */
  person = { sub: 'u1', roles: ['customer'] };
  /** The lifetime of access tokens, in seconds. */
  lifetimeSeconds = 300;
  /** The reported lifetime if it differs, in seconds. */
  statedSeconds: number | undefined;
  /** The number of requests for keys and for tokens. */
  readonly requests = { keys: 0, tokens: 0, refreshes: 0 };
  /** The response that replaces all others, if it fails. */
  failure: number | undefined;
  /** The same for its keys alone. */
  keysFailure: number | undefined;
  /** The body of the answer to a refused token request. */
  tokenRefusal = '{"error":"invalid_grant"}';
  /** Its status. */
  tokenRefusalStatus = 400;
  /** A path whose responses never come: `head` is sent alone, or nothing. */
  silence: { path: string; after: 'nothing' | 'head' } | undefined;
  /** The known refresh tokens that were revoked, in order. */
  readonly revoked: string[] = [];
  /** Additional metadata. */
  metadata: Record<string, unknown> = {};
  /** Transforms a response of the token endpoint. */
  changeTokens: (answer: Record<string, unknown>, kind: 'login' | 'renewal') => unknown = () => {};
  url = '';
  readonly client = CLIENT;
  private keys: Key[] = [newKey()];
  private readonly jwt = new JwtService();
  private readonly codes = new Map<string, Grant>();
  private readonly refreshTokens = new Map<string, Grant>();
  private readonly server = createServer((request, response) => void this.serve(request, response));

  /** Starts it. @param port a free one by default */
  static async open(port = 0): Promise<IdentityProvider> {
    const provider = new IdentityProvider();
    provider.server.listen(port, '127.0.0.1');
    await once(provider.server, 'listening');
    provider.url = `http://127.0.0.1:${(provider.server.address() as AddressInfo).port}`;
    return provider;
  }

  /** Its entry in the `ISSUERS_FILE` of a gateway. */
  get settings() {
    return {
      issuer: this.url,
      jwksUrl: `${this.url}/keys`,
      audience: 'atrium',
      userIdClaim: 'sub',
      scopeClaim: 'roles',
      scopes: { customer: ['profile:read', 'orders:read'], admin: ['profile:read', 'admin'] },
    };
  }

  /** Logs in for a browser that a gateway has redirected. @returns the path and query of the redirect back */
  async cameBack(location: string): Promise<string> {
    const { headers } = await fetch(location, { redirect: 'manual' });
    const { pathname, search } = new URL(headers.get('location')!);
    return pathname + search;
  }

  /** An access token for the gateway. @param header, claims override the defaults */
  accessToken(claims: object = {}, header: object = {}): string {
    return this.signed({ ...this.person, aud: 'atrium', ...claims }, { typ: 'at+jwt', ...header });
  }

  /** An ID token for the gateway. */
  idToken(claims: object): string {
    return this.signed({ aud: CLIENT.id, ...claims }, { typ: 'JWT' });
  }

  /** A signed JWT with these claims and no others, whether they make sense or not. */
  exactToken(claims: object): string {
    const [{ id, privateKey }] = this.keys as [Key];
    const signed = [{ alg: 'RS256', kid: id }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`;
  }

  /** Replaces the signing key. @param isPublished whether the old key is still published */
  rotate({ isPublished = true } = {}): void {
    this.keys = [newKey(), ...(isPublished ? this.keys : [])];
  }

  /** A logout token for the end of a session. */
  logoutToken(claims: object = {}): string {
    const its = { aud: CLIENT.id, sub: this.person.sub, jti: randomUUID(), events: { [LOGOUT]: {} }, ...claims };
    return this.signed(its, { typ: 'logout+jwt' });
  }

  /** Revokes the grants of all sessions. */
  revokeAll(): void {
    this.refreshTokens.clear();
  }

  async close(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  private signed(claims: object, header: object): string {
    const [{ id, privateKey }] = this.keys as [Key];
    const present = Object.entries({ iss: this.url, ...claims }).filter(([, value]) => value !== undefined);
    return this.jwt.sign(Object.fromEntries(present) as Record<string, unknown>, {
      privateKey,
      algorithm: 'RS256',
      header: { alg: 'RS256', kid: id, ...header },
      ...('exp' in claims ? {} : { expiresIn: this.lifetimeSeconds }),
    });
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url!, this.url);
    const json = (status: number, body: object) => {
      if (this.silence?.path === pathname) {
        const begun = response.writeHead(status, { 'content-type': 'application/json' });
        return void (this.silence.after === 'head' && begun.write('{'));
      }
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (pathname === '/keys') this.requests.keys += 1;
    if (this.failure !== undefined) return json(this.failure, { error: 'server_error' });
    if (pathname === '/keys') {
      return this.keysFailure === undefined
        ? json(200, { keys: this.keys.map(publicJwk) })
        : json(this.keysFailure, {});
    }
    if (pathname === '/.well-known/openid-configuration') return json(200, this.discovery());
    if (pathname === '/authorize') return this.authorize(searchParams, response);
    const form = new URLSearchParams(await text(request));
    if (pathname === '/revoke') {
      if (this.refreshTokens.delete(form.get('token')!)) this.revoked.push(form.get('token')!);
      return void response.end();
    }
    if (pathname !== '/token') return json(404, {});
    const answer = this.isClient(request) ? this.tokensFor(form) : undefined;
    if (answer) await this.changeTokens(answer, form.has('code') ? 'login' : 'renewal');
    if (answer) return json(200, answer);
    const type = this.tokenRefusal.startsWith('<') ? 'text/html' : 'application/json';
    response.writeHead(this.tokenRefusalStatus, { 'content-type': type }).end(this.tokenRefusal);
  }

  private discovery() {
    return {
      issuer: this.url,
      authorization_endpoint: `${this.url}/authorize`,
      token_endpoint: `${this.url}/token`,
      jwks_uri: `${this.url}/keys`,
      revocation_endpoint: `${this.url}/revoke`,
      end_session_endpoint: `${this.url}/end`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      authorization_response_iss_parameter_supported: true,
      ...this.metadata,
    };
  }

  private authorize(query: URLSearchParams, response: ServerResponse): void {
    const code = randomUUID();
    const redirectUri = query.get('redirect_uri')!;
    this.codes.set(code, {
      sub: this.person.sub,
      sid: randomUUID(),
      challenge: query.get('code_challenge')!,
      nonce: query.get('nonce')!,
      redirectUri,
    });
    const back = new URLSearchParams({ code, state: query.get('state')!, iss: this.url });
    response.writeHead(302, { location: `${redirectUri}?${back}` }).end();
  }

  private isClient({ headers }: IncomingMessage): boolean {
    const [id, secret] = Buffer.from((headers.authorization ?? '').slice(6), 'base64')
      .toString()
      .split(':');
    const plain = (value = '') => decodeURIComponent(value.replaceAll('+', ' '));
    return plain(id) === CLIENT.id && plain(secret) === CLIENT.secret;
  }

  /** Codes and refresh tokens can be used once. */
  private tokensFor(form: URLSearchParams): Record<string, unknown> | undefined {
    this.requests.tokens += 1;
    const code = form.get('code');
    const refreshToken = form.get('refresh_token');
    if (code !== null) {
      const grant = this.codes.get(code);
      this.codes.delete(code);
      const challenge = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url');
      const isTheirs = grant?.challenge === challenge && grant.redirectUri === form.get('redirect_uri');
      return isTheirs ? this.granted(grant) : undefined;
    }
    this.requests.refreshes += 1;
    const grant = this.refreshTokens.get(refreshToken ?? '');
    this.refreshTokens.delete(refreshToken ?? '');
    return grant && this.granted({ ...grant, nonce: '' });
  }

  private granted(grant: Grant): Record<string, unknown> {
    const { nonce, sub, sid } = grant;
    const refreshToken = randomUUID();
    this.refreshTokens.set(refreshToken, grant);
    const { roles } = this.person;
    return {
      access_token: this.accessToken(),
      token_type: 'Bearer',
      expires_in: this.statedSeconds ?? this.lifetimeSeconds,
      refresh_token: refreshToken,
      id_token: this.idToken({ sub, sid, roles, ...(nonce ? { nonce } : {}) }),
    };
  }
}

function publicJwk({ id, privateKey }: Key) {
  return { ...createPublicKey(privateKey).export({ format: 'jwk' }), kid: id, alg: 'RS256', use: 'sig' };
}
