import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IdentityProvider } from '#libs/testing';
import { Shop } from '#test/support/shop';

/** The public URL of the gateway for browsers. */
export const PUBLIC_URL = 'https://api.shop.example.com';

/** An outside identity provider, and the settings of gateways for it. */
export class ConfiguredProvider {
  private constructor(
    readonly provider: IdentityProvider,
    private readonly folder: string,
    /** Settings of a gateway with browser logins at the provider. */
    readonly environment: NodeJS.ProcessEnv,
  ) {}

  static async open(): Promise<ConfiguredProvider> {
    const provider = await IdentityProvider.open();
    const folder = mkdtempSync(join(tmpdir(), 'atrium-issuers-'));
    const file = join(folder, 'issuers.json');
    writeFileSync(file, JSON.stringify([provider.settings]));
    return new ConfiguredProvider(provider, folder, {
      PUBLIC_URL,
      ISSUERS_FILE: file,
      OIDC_ISSUER: provider.url,
      OIDC_CLIENT_ID: provider.client.id,
      OIDC_CLIENT_SECRET: provider.client.secret,
    });
  }

  async close(): Promise<void> {
    await this.provider.close().catch(() => {});
    rmSync(this.folder, { recursive: true });
  }
}

/** A shop with tokens and browser logins of an outside provider. */
export class ProviderShop {
  private constructor(
    readonly shop: Shop,
    readonly provider: IdentityProvider,
    private readonly oidc: ConfiguredProvider,
    /** The settings of its gateway. */
    readonly settings: NodeJS.ProcessEnv,
  ) {}

  static async open(environment: NodeJS.ProcessEnv = {}): Promise<ProviderShop> {
    const provider = await ConfiguredProvider.open();
    const settings = { ...provider.environment, ...environment };
    return new ProviderShop(await Shop.open(settings), provider.provider, provider, settings);
  }

  async close(): Promise<void> {
    await this.shop.close();
    await this.oidc.close();
  }
}
