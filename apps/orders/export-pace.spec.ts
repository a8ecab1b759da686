import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as passed } from 'node:timers/promises';
import { orders } from '#libs/contracts';
import { DEMO_INTERNAL_TOKEN_KEY, InternalTokenSigner } from '#libs/internal-token';
import { createLogger } from '#libs/observe';
import { startGrpcService } from '#libs/service';
import { openStorage, Reads } from '#libs/storage';
import { aContext, freePort } from '#libs/testing';
import { UpstreamClients } from '#libs/upstream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrations } from './migrations.ts';
import { OrdersModule } from './orders.module.ts';
import type { OrderRow, OrdersSchema } from './schema.ts';

const ROWS = 4_000;
const QUIET_MS = 100;
const LINES = Array.from({ length: 3 }, (_, n) => {
  return {
    productId: `product-${n}`,
    name: 'A lamp',
    quantity: 1,
    unitPrice: { amountMinor: 5, currency: 'USD' },
  };
});
const row = (n: number): OrderRow => ({
  ...{ id: `order-${n}`, user_id: 'u1', status: 'DELIVERED', total_minor: 15, currency: 'USD', placed_at: n },
  ...{ lines: JSON.stringify(LINES), reservation_id: '', request_id: null, sequence: 5, next_step_at: null },
});

describe('the orders of an export', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'atrium-pace-'));
  const cleanups: Array<() => unknown> = [() => rmSync(dataDir, { recursive: true, force: true })];
  let rowsRead = 0;
  let open: (context?: ReturnType<typeof aContext>) => Promise<AsyncIterator<orders.ExportOrdersResponse>>;

  beforeAll(async () => {
    const stored = await openStorage<OrdersSchema>({ name: 'orders', dataDir, migrations });
    for (let from = 0; from < ROWS; from += 500) {
      const rows = Array.from({ length: 500 }, (_, n) => row(from + n));
      await stored.insertInto('orders').values(rows).execute();
    }
    const db = stored.withPlugin({
      transformQuery: ({ node }) => node,
      transformResult: async ({ result }) => {
        rowsRead += result.rows.length;
        return result;
      },
    });
    const logger = createLogger('orders', 'silent');
    const service = await startGrpcService({
      name: 'orders',
      url: `127.0.0.1:${await freePort()}`,
      proto: 'shop/orders/v1/orders.proto',
      definition: orders.OrdersServiceService,
      module: OrdersModule.of({
        storage: { db, reads: new Reads(db, [], 0) },
        logger,
        now: () => 0,
        stepMs: 60_000,
      }),
      settings: { INTERNAL_TOKEN_KEY: [DEMO_INTERNAL_TOKEN_KEY] },
      logger,
      onStopped: () => stored.destroy(),
    });
    const clients = new UpstreamClients({ tokens: new InternalTokenSigner(DEMO_INTERNAL_TOKEN_KEY) });
    const call = clients.grpc('orders', [service.url]).stream(orders.OrdersServiceService.exportOrders);
    open = async (context = aContext()) => (await call(context, { afterOrderId: '' }))[Symbol.asyncIterator]();
    cleanups.push(
      () => service.stop(),
      () => clients.close(),
    );
  });

  afterAll(async () => {
    for (const cleanup of cleanups.reverse()) await cleanup();
  });

  /** Resolves when no more rows have been read for a while. */
  async function quiet(): Promise<number> {
    for (let before = -1; before !== rowsRead;) {
      before = rowsRead;
      await passed(QUIET_MS);
    }
    return rowsRead;
  }

  it('are read at most 1,000 ahead of a client that stops taking them', async () => {
    rowsRead = 0;
    const reader = await open();
    let taken = 0;
    for (const stopAt of [1, 1_500]) {
      while (taken < stopAt) taken += (await reader.next()).value!.orders.length;
      const ahead = (await quiet()) - taken;
      expect(ahead).toBeGreaterThan(0);
      expect(ahead).toBeLessThanOrEqual(1_000);
    }
    for (let next = await reader.next(); !next.done; next = await reader.next()) taken += next.value.orders.length;
    expect(taken).toBe(ROWS);
  });

  it('are read no further once the client has gone', async () => {
    rowsRead = 0;
    const reader = await open();
    await reader.next();
    await reader.return!();
    expect(await quiet()).toBeLessThan(ROWS);
  });
});
