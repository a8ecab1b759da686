import { cpSync } from 'node:fs';
import { OperationFolders } from '#gateway/transports/graphql/documents/released.fixture';
import { Client } from '#test/support/client';
import { Shop } from '#test/support/shop';

/** Texts of operations that were released, and what became of them since. */
export const OLD = 'query WebProduct($id: ID!) { product(id: $id) { product { id name } } }';
export const RETIRING = 'query WebList { products(pageSize: 1) { total } }';
export const ENDED = 'query WebOldList { products(pageSize: 2) { total } }';
export const STATUS = 'subscription OrderStatus($id: ID!) { orderStatus(id: $id) { status } }';
export const OUTDATED = 'query WebPrices { products { items { price { cents } } } }';

/** A gateway with released operations, of which some have ended, and its callers. */
export class ReleasedShop {
  private constructor(
    readonly shop: Shop,
    readonly ada: Client,
    readonly operator: Client,
    private readonly folders: OperationFolders,
  ) {}

  static async open(): Promise<ReleasedShop> {
    const folders = new OperationFolders();
    cpSync('clients', folders.clients, { recursive: true });
    folders.release(
      { text: OLD, ids: ['web/product'] },
      {
        text: RETIRING,
        retired: { since: '2026-01-01', sunset: '2999-01-01', link: 'https://shop.example/apps' },
      },
      { text: ENDED, retired: { since: '2026-01-01', sunset: '2026-02-01' } },
      { text: STATUS, ids: ['web/status'], retired: { since: '2026-01-01', sunset: '2999-01-01' } },
      { text: OUTDATED },
    );
    const shop = await Shop.open({
      CLIENTS_DIR: folders.clients,
      RELEASED_DIR: folders.released,
      GRAPHQL_MODE: 'trusted',
      MAX_SESSIONS_PER_ACCOUNT: '10',
    });
    return new ReleasedShop(shop, await Client.of(shop, 'ada'), await Client.of(shop, 'grace'), folders);
  }

  async close(): Promise<void> {
    await this.shop.close();
    this.folders.remove();
  }
}
