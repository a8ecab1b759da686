import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '#libs/testing';
import { Program } from '#test/support/neighbours/program';
import type { Page, Visitor } from '#test/support/visitor';
import type { Account, OutsideProvider } from './gateway-at.ts';
import { copyGlewlwydPages } from './glewlwyd-pages.ts';
import { plugin, settings } from './glewlwyd-settings.ts';

const SECRET = 'k7Zt-9_Qw.a2-Xv_0bN4';
const PASSWORDS = { ada: 'analytical-engine', grace: 'nanosecond-wire' };
const TABLES = '/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3';
const SCOPES = ['openid', 'orders'];

/** Glewlwyd with SQLite, set up by its administration API as its pages do. */
export class GlewlwydServer implements OutsideProvider {
  readonly url: string;
  readonly issuer: Record<string, unknown>;
  readonly environment = { OIDC_CLIENT_ID: 'atrium', OIDC_CLIENT_SECRET: SECRET, OIDC_SCOPE: SCOPES.join(' ') };

  private constructor(
    private readonly site: string,
    private readonly folder: string,
    private readonly program: Program,
  ) {
    this.url = `${site}/api/oidc`;
    this.issuer = {
      jwksUrl: `${this.url}/jwks`,
      audience: 'app',
      audienceClaim: 'client_id',
      userIdClaim: 'shop_id',
      scopeClaim: ['roles', 'scope'],
      scopes: {
        customer: ['profile:read', 'orders:read', 'orders:write'],
        admin: ['orders:read', 'admin'],
        orders: ['orders:read'],
      },
    };
  }

  /** @param parameters what is different of its plugin */
  static async start(gatewayUrl: string, parameters: Record<string, unknown> = {}): Promise<GlewlwydServer> {
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'atrium-glewlwyd-'));
    const database = new DatabaseSync(join(folder, 'database'));
    database.exec(readFileSync(TABLES, 'utf8'));
    database.close();
    copyGlewlwydPages(join(folder, 'pages'));
    const file = join(folder, 'glewlwyd.conf');
    writeFileSync(file, settings(folder, port));
    const program = await Program.start('glewlwyd', ['-c', file], { port });
    const server = new GlewlwydServer(`http://localhost:${port}`, folder, program);
    await server.fill(gatewayUrl, parameters);
    return server;
  }

  async logIn(visitor: Visitor, page: Page, account: Account | undefined): Promise<Page> {
    const query = page.url.searchParams;
    if (account) {
      const body = JSON.stringify({ username: account, password: PASSWORDS[account] });
      await visitor.send(`${this.site}/api/auth/`, 'POST', JSON_BODY, body);
    }
    await visitor.send(
      `${this.site}/api/auth/grant/${query.get('client_id')}/`,
      'PUT',
      JSON_BODY,
      JSON.stringify({ scope: SCOPES.join(' ') }),
    );
    return visitor.goFrom(page, `${query.get('callback_url')}&g_continue`);
  }

  /** Disables the refresh tokens of an account, as its profile page does. */
  async disableRefreshTokens(visitor: Visitor): Promise<void> {
    const tokens = (await (await visitor.send(`${this.url}/token`)).json()) as { token_hash: string }[];
    for (const { token_hash: hash } of tokens)
      await visitor.send(`${this.url}/token/${encodeURIComponent(hash)}`, 'DELETE');
  }

  /** Ends a session of a browser, as the page does that its end-session endpoint redirects to. */
  async endSession(visitor: Visitor, page: Page): Promise<number> {
    const path = `session/${page.url.searchParams.get('sid')}/`;
    return (await visitor.send(`${this.url}/${path}`, 'DELETE')).status;
  }

  async close(): Promise<void> {
    await this.program.end();
    rmSync(this.folder, { recursive: true });
  }

  private async fill(gatewayUrl: string, parameters: Record<string, unknown>): Promise<void> {
    const login = await this.post('auth', { username: 'admin', password: 'password' });
    const cookie = login.headers.getSetCookie()[0]!.split(';')[0]!;
    const add = (what: string, entry: object) => this.post(what, entry, { cookie });
    const users = (await (await fetch(`${this.site}/api/mod/user/database`, { headers: { cookie } })).json()) as {
      parameters: { 'data-format': object };
    };
    const property = { multiple: false, read: true, write: true };
    Object.assign(users.parameters['data-format'], { shop_id: property, roles: { ...property, multiple: true } });
    await this.post('mod/user/database', users, { cookie }, 'PUT');
    await this.post('mod/user/database/reset', {}, { cookie }, 'PUT');
    await add('scope', {
      name: 'orders',
      display_name: 'Orders',
      password_required: true,
      password_max_age: 0,
      scheme: {},
    });
    for (const [username, shop_id, role] of [
      ['ada', 'u1', 'customer'],
      ['grace', 'u2', 'admin'],
    ] as const)
      await add('user', {
        username,
        shop_id,
        roles: [role],
        password: PASSWORDS[username],
        scope: [...SCOPES, 'g_profile'],
        name: username,
        email: `${username}@example.com`,
        enabled: true,
      });
    const client = {
      scope: [],
      enabled: true,
      redirect_uri: [`${gatewayUrl}/bff/callback`, `${gatewayUrl}/livez`],
      authorization_type: ['code', 'refresh_token'],
      post_logout_redirect_uri: `${gatewayUrl}/livez`,
      backchannel_logout_uri: `${gatewayUrl}/bff/backchannel-logout`,
      backchannel_logout_session_required: '1',
    };
    const methods = ['client_secret_basic', 'client_secret_post'];
    await add('client', {
      ...client,
      client_id: 'atrium',
      confidential: true,
      client_secret: SECRET,
      token_endpoint_auth_method: methods,
    });
    await add('client', {
      ...client,
      client_id: 'app',
      confidential: false,
      token_endpoint_auth_method: ['none'],
    });
    await add('mod/plugin', {
      module: 'oidc',
      name: 'oidc',
      display_name: 'OpenID Connect',
      order_rank: 0,
      parameters: { ...plugin(`${this.site}/api/oidc`), ...parameters },
    });
  }

  private async post(what: string, entry: object, headers = {}, method = 'POST'): Promise<Response> {
    const body = JSON.stringify(entry);
    const answer = await fetch(`${this.site}/api/${what}/`, {
      method,
      headers: { ...JSON_BODY, ...headers },
      body,
    });
    if (!answer.ok) throw new Error(`${what}: ${answer.status} ${await answer.text()}`);
    return answer;
  }
}

const JSON_BODY = { 'content-type': 'application/json' };
