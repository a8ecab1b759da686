import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TokenIssuer } from '#libs/testing';
import { Shop } from '#test/support/shop';

/** A shop that accepts tokens of an outside issuer, JWTs and opaque ones. */
export class IssuerShop {
  private constructor(
    readonly shop: Shop,
    readonly issuer: TokenIssuer,
  ) {}

  static async open(environment: NodeJS.ProcessEnv = {}): Promise<IssuerShop> {
    const issuer = await TokenIssuer.open();
    const folder = mkdtempSync(join(tmpdir(), 'atrium-issuers-'));
    const file = join(folder, 'issuers.json');
    const scopes = { customer: ['profile:read', 'orders:read', 'orders:write'], admin: ['admin'] };
    writeFileSync(file, JSON.stringify([{ ...issuer.settings, scopes, introspection: issuer.introspection }]));
    try {
      return new IssuerShop(await Shop.open({ ...environment, ISSUERS_FILE: file }), issuer);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  async close(): Promise<void> {
    await this.shop.close();
    await this.issuer.close().catch(() => {});
  }
}
