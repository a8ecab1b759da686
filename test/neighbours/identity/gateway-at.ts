import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '#libs/testing';
import { Shop } from '#test/support/shop';
import type { Page, Visitor } from '#test/support/visitor';

/** Somebody with an account at each provider. */
export type Account = 'ada' | 'grace';

/** A provider of another make that runs. */
export interface OutsideProvider {
  /** Its issuer. */
  url: string;
  /** What the gateway is told of it: the entry of `ISSUERS_FILE` without its name, and the settings. */
  issuer: Record<string, unknown>;
  environment: NodeJS.ProcessEnv;
  /**
   * Logs in at its page, and consents. @param account undefined where it must not ask who it is
   * @returns the page that the browser ends at
   */
  logIn(visitor: Visitor, page: Page, account: Account | undefined): Promise<Page>;
  close(): Promise<void>;
}

/** A provider that lets people refuse. */
export interface DenyingProvider extends OutsideProvider {
  /** Its error where somebody refuses the consent. */
  denial: 'access_denied' | 'consent_required';
  /** Logs in, and refuses the consent. */
  deny(visitor: Visitor, page: Page, account: Account): Promise<Page>;
}

/** A gateway whose browsers log in at a provider of another make, with the shop behind it. */
export class GatewayAt<Provider extends OutsideProvider> {
  private constructor(
    readonly url: string,
    readonly provider: Provider,
    readonly shop: Shop,
  ) {}

  /** @param start runs the provider, for a gateway at this URL */
  static async open<Provider extends OutsideProvider>(
    start: (gatewayUrl: string) => Promise<Provider>,
    environment: NodeJS.ProcessEnv = {},
  ): Promise<GatewayAt<Provider>> {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const provider = await start(url);
    const folder = mkdtempSync(join(tmpdir(), 'atrium-issuer-'));
    const file = join(folder, 'issuers.json');
    writeFileSync(file, JSON.stringify([{ issuer: provider.url, ...provider.issuer }]));
    const shop = await Shop.open({
      PORT: `${port}`,
      PUBLIC_URL: url,
      ISSUERS_FILE: file,
      OIDC_ISSUER: provider.url,
      OIDC_POST_LOGOUT_URL: `${url}/livez`,
      // On a busy machine these providers take seconds.
      SHEDDING: 'off',
      REQUEST_TIMEOUT_MS: '60000',
      ...provider.environment,
      ...environment,
    });
    rmSync(folder, { recursive: true });
    return new GatewayAt(url, provider, shop);
  }

  /** Logs in, and returns to a page. */
  async logIn(visitor: Visitor, account: Account | undefined, query = 'returnTo=/livez'): Promise<Page> {
    const page = await visitor.go(`${this.url}/bff/login?${query}`);
    return page.url.origin === this.url ? page : this.provider.logIn(visitor, page, account);
  }

  /** Who a browser is here: the session, or the status of the refusal. */
  async session(visitor: Visitor): Promise<{ userId: string; scopes: string[] } | number> {
    const answer = await visitor.send(`${this.url}/bff/session`);
    return answer.ok ? ((await answer.json()) as { userId: string; scopes: string[] }) : answer.status;
  }

  /** How many sessions were renewed. */
  renewals(): Promise<number> {
    return this.shop.metric(/browser_renewals_total\{[^}]*outcome="ok"[^}]*\} (\d+)/);
  }

  /** The reasons of failed logins. */
  get failures(): unknown[] {
    return this.shop.logs.gateway.with({ audit: 'login.failed', kind: 'browser' }).map(({ reason }) => reason);
  }

  async close(): Promise<void> {
    await this.shop.close();
    await this.provider.close();
  }
}
