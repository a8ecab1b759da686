import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PublicKey } from '#gateway/identity/keys/public-key';
import { exportJWK, generateKeyPair } from 'jose';
import { type Configuration, Provider } from 'oidc-provider';

const APP = { id: 'app', secret: 'a secret of the app: with + & signs' };
const GATEWAY = { id: 'gateway', secret: 'a secret of the gateway: with + & signs' };

/** The gateway again, as a client that is known by a key (`private_key_jwt`). */
const BY_KEY = { id: 'gateway-by-key', ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) };
/** Where the public half of its key is, on the provider's own server. */
const KEYS_PATH = '/keys-of-the-gateway';

/** The algorithms of its access tokens, each by a key of its own. */
export const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;

const privateJwks = async () => ({
  keys: await Promise.all(
    ALGORITHMS.map(async (alg) => {
      const { privateKey } = await generateKeyPair(alg, { extractable: true });
      return { ...(await exportJWK(privateKey)), alg, use: 'sig', kid: alg };
    }),
  ),
});

const client = ({ id, secret }: typeof APP, others: object) => ({
  client_id: id,
  client_secret: secret,
  redirect_uris: [],
  response_types: [],
  ...others,
});

const configurationAt = async (url: string): Promise<Configuration> => ({
  jwks: (await privateJwks()) as never,
  enabledJWA: { idTokenSigningAlgValues: [...ALGORITHMS] },
  clients: [
    client(APP, { grant_types: ['client_credentials'], scope: 'orders' }),
    client(GATEWAY, { grant_types: [] }),
    {
      client_id: BY_KEY.id,
      redirect_uris: [],
      response_types: [],
      grant_types: [],
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'ES256',
      jwks_uri: url + KEYS_PATH,
    },
  ],
  scopes: ['orders'],
  ttl: { ClientCredentials: 600 },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    revocation: { enabled: true },
    introspection: { enabled: true, allowedPolicy: () => true },
    dPoP: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_context, resource) => ({
        scope: 'orders',
        audience: 'atrium',
        accessTokenFormat: resource.endsWith(':opaque') ? 'opaque' : 'jwt',
        jwt: { sign: { alg: ALGORITHMS.find((alg) => resource.endsWith(`:${alg}`)) ?? 'RS256' } },
      }),
    },
  },
  // The dispatcher that comes with a request refuses addresses of this machine.
  fetch: (at, { dispatcher: _, ...options }: RequestInit & { dispatcher?: unknown } = {}) => fetch(at, options),
});

/** `oidc-provider` as an issuer of access tokens, JWTs and opaque ones, bound to keys or not. */
export class TokenProvider {
  private constructor(
    readonly url: string,
    readonly close: () => Promise<void>,
  ) {}

  static async open(): Promise<TokenProvider> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const answer = new Provider(url, await configurationAt(url)).callback();
    const keys = JSON.stringify({ keys: [new PublicKey(BY_KEY.publicKey).publicJwk()] });
    server.on('request', (request, response) => {
      if (request.url !== KEYS_PATH) return void answer(request, response);
      response.setHeader('content-type', 'application/json').end(keys);
    });
    return new TokenProvider(url, async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    });
  }

  /** What a gateway is told of it, in its `ISSUERS_FILE`. */
  get settings() {
    return {
      issuer: this.url,
      jwksUrl: `${this.url}/jwks`,
      audience: 'atrium',
      userIdClaim: 'client_id',
      scopes: { orders: ['orders:read'] },
      introspection: {
        url: `${this.url}/token/introspection`,
        clientId: GATEWAY.id,
        clientSecret: GATEWAY.secret,
      },
    };
  }

  /** How a gateway with a key is known to it: its client, and the key in PEM. */
  get byKey(): { clientId: string; key: string } {
    return { clientId: BY_KEY.id, key: BY_KEY.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string };
  }

  /** A token of the app. @param format opaque, or a JWT, with an algorithm if one is named @param proof that it has a key, to which the token is then bound */
  async token(
    format: 'jwt' | 'opaque' | (typeof ALGORITHMS)[number],
    proof?: string,
  ): Promise<{ token: string; type: string }> {
    const form = { grant_type: 'client_credentials', scope: 'orders', resource: `urn:atrium:${format}` };
    const answer = await this.post('/token', form, proof === undefined ? {} : { dpop: proof });
    const { access_token: token, token_type: type } = (await answer.json()) as Record<string, string>;
    return { token: token!, type: type! };
  }

  /** Takes back a token. */
  async revoke(token: string): Promise<void> {
    await this.post('/token/revocation', { token });
  }

  private post(
    path: string,
    form: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const credentials = [APP.id, APP.secret].map(encodeURIComponent).join(':');
    const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
    return fetch(this.url + path, {
      method: 'POST',
      headers: { authorization, ...headers },
      body: new URLSearchParams(form),
    });
  }
}
