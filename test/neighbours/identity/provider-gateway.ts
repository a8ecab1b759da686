import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '#libs/testing';
import { Shop } from '#test/support/shop';
import { RealProvider, type RealProviderOptions } from './real-provider.ts';

type Given = Omit<RealProviderOptions, 'gatewayUrl' | 'host'> & {
  environment?: NodeJS.ProcessEnv;
  /** Settings of the services. */
  services?: NodeJS.ProcessEnv;
  issuer?: Record<string, unknown>;
  /** The name that browsers know the gateway by, and the provider by: by default they are two sites. */
  hosts?: { gateway: string; provider: string };
};

const METADATA = '.well-known/openid-configuration';
const TWO_SITES = { gateway: '127.0.0.1', provider: 'localhost' };

/** A gateway whose browsers log in at oidc-provider, with the shop behind it. */
export class ProviderGateway {
  private constructor(
    readonly url: string,
    readonly provider: RealProvider,
    readonly shop: Shop,
    readonly environment: NodeJS.ProcessEnv,
    private readonly folder: string,
  ) {}

  static async open({
    environment = {},
    services = {},
    issuer = {},
    hosts = TWO_SITES,
    ...options
  }: Given = {}): Promise<ProviderGateway> {
    const port = await freePort();
    const scheme = environment['TLS_CERT_FILE'] ? 'https' : 'http';
    const url = `${scheme}://${hosts.gateway}:${port}`;
    const provider = await RealProvider.open({ gatewayUrl: url, host: hosts.provider, ...options });
    const folder = mkdtempSync(join(tmpdir(), 'atrium-identity-'));
    const file = join(folder, 'issuers.json');
    writeFileSync(file, JSON.stringify([{ ...issuerOf(provider), ...issuer }]));
    const all = {
      PORT: `${port}`,
      PUBLIC_URL: url,
      ISSUERS_FILE: file,
      OIDC_ISSUER: provider.issuer,
      ...(provider.issuer === provider.url ? {} : { OIDC_METADATA_URL: `${provider.url}/${METADATA}` }),
      OIDC_CLIENT_ID: 'atrium',
      OIDC_SCOPE: 'openid profile roles offline_access',
      ...environment,
    };
    return new ProviderGateway(url, provider, await Shop.open(all, services), all, folder);
  }

  async close(): Promise<void> {
    await this.shop.close();
    await this.provider.stop();
    rmSync(this.folder, { recursive: true });
  }
}

const issuerOf = ({ issuer, url }: RealProvider) => ({
  issuer,
  jwksUrl: `${url}/jwks`,
  audience: 'atrium',
  userIdClaim: 'sub',
  scopeClaim: 'roles',
  scopes: {
    customer: ['profile:read', 'profile:write', 'orders:read', 'orders:write', 'reviews:write'],
    admin: ['profile:read', 'orders:read', 'admin'],
  },
});
