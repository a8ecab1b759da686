import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Configuration, Provider } from 'oidc-provider';

const APP = { id: 'app', secret: 'a secret of the app: with + & signs' };
const GATEWAY = { id: 'gateway', secret: 'a secret of the gateway: with + & signs' };

const client = ({ id, secret }: typeof APP, others: object) => ({
  client_id: id,
  client_secret: secret,
  redirect_uris: [],
  response_types: [],
  ...others,
});

const configuration: Configuration = {
  clients: [
    client(APP, { grant_types: ['client_credentials'], scope: 'orders' }),
    client(GATEWAY, { grant_types: [] }),
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
        accessTokenFormat: resource.endsWith(':jwt') ? 'jwt' : 'opaque',
      }),
    },
  },
};

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
    const answer = new Provider(url, configuration).callback();
    server.on('request', (request, response) => void answer(request, response));
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

  /** A token of the app. @param proof that it has a key, to which the token is then bound */
  async token(format: 'jwt' | 'opaque', proof?: string): Promise<{ token: string; type: string }> {
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
