import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '#libs/testing';
import { Program } from '#test/support/neighbours/program';
import { DEBIAN_PYTHON } from '#test/support/neighbours/openid-providers';
import type { Page, Visitor } from '#test/support/visitor';
import type { Account, DenyingProvider } from './gateway-at.ts';

const NAMES = { ada: 'u1', grace: 'u2' };
const PASSWORDS = { ada: 'analytical-engine', grace: 'nanosecond-wire' };
export const SECRET = 'a secret & of more than thirty-two characters';

/** Django OAuth Toolkit, in a site of its own. */
export class DjangoSite implements DenyingProvider {
  readonly denial = 'access_denied';
  readonly issuer: Record<string, unknown>;
  readonly environment = { OIDC_CLIENT_ID: 'atrium', OIDC_CLIENT_SECRET: SECRET, OIDC_SCOPE: 'openid orders' };

  private constructor(
    readonly url: string,
    private readonly folder: string,
    private readonly program: Program,
  ) {
    this.issuer = {
      jwksUrl: `${url}/.well-known/jwks.json`,
      audience: 'atrium',
      userIdClaim: 'username',
      scopeClaim: ['groups', 'scope'],
      scopes: {
        customer: ['profile:read', 'orders:read', 'orders:write'],
        admin: ['orders:read', 'admin'],
        orders: ['orders:read'],
      },
      introspection: {
        url: `${url}/introspect/`,
        clientId: 'atrium',
        clientSecret: SECRET,
        audienceRequired: false,
        cacheSeconds: 0,
      },
    };
  }

  /** @param provider what is different of its `OAUTH2_PROVIDER` */
  static async start(gatewayUrl: string, provider: Record<string, unknown> = {}): Promise<DjangoSite> {
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'atrium-django-'));
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    writeFileSync(join(folder, 'key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const address = `127.0.0.1:${port}`;
    const SITE_OPTIONS = JSON.stringify({
      address,
      provider,
      client_secret: SECRET,
      redirect_uris: `${gatewayUrl}/bff/callback ${gatewayUrl}/livez`,
    });
    const site = join(import.meta.dirname, 'django/site.py');
    const program = await Program.start(
      DEBIAN_PYTHON,
      ['-B', site],
      { port },
      { SITE_FOLDER: folder, SITE_OPTIONS },
    );
    return new DjangoSite(`http://localhost:${port}/o`, folder, program);
  }

  async logIn(visitor: Visitor, page: Page, account: Account | undefined): Promise<Page> {
    const isLogin = page.url.pathname.startsWith('/admin/login');
    const next = isLogin && account ? await this.password(visitor, page, account) : page;
    return this.consents(next) ? visitor.submit(next, { allow: 'Authorize' }) : next;
  }

  /** Logs in, and refuses at the page for consent. */
  async deny(visitor: Visitor, page: Page, account: Account): Promise<Page> {
    return visitor.submit(await this.password(visitor, page, account), {});
  }

  private password(visitor: Visitor, page: Page, account: Account): Promise<Page> {
    return visitor.submit(page, { username: NAMES[account], password: PASSWORDS[account] });
  }

  /** Whether a page is that for consent. */
  consents({ url }: Page): boolean {
    return url.pathname === '/o/authorize/';
  }

  async close(): Promise<void> {
    await this.program.end();
    rmSync(this.folder, { recursive: true });
  }
}
