import { setTimeout as passed } from 'node:timers/promises';
import { orders } from '#libs/contracts';
import { DEMO_INTERNAL_TOKEN_KEY } from '#libs/internal-token';
import { createLogger } from '#libs/observe';
import { startGrpcService } from '#libs/service';
import { openStorage, Reads } from '#libs/storage';
import { freePort, LogLines } from '#libs/testing';
import { sql } from 'kysely';
import { migrations } from './migrations.ts';
import { OrdersModule } from './orders.module.ts';
import type { OrdersSchema } from './schema.ts';

/** Between two looks whether rows are still being read, in milliseconds. */
const QUIET_MS = 100;

const LINES = Array.from({ length: 3 }, (_, n) => {
  return {
    productId: `product-${n}`,
    name: 'A lamp',
    quantity: 1,
    unitPrice: { amountMinor: 5, currency: 'USD' },
  };
});

/** An orders service in this process that counts the rows that it reads from its database. */
export interface CountedOrders {
  /** Its address, `host:port`. */
  url: string;
  log: LogLines;
  /** The rows that were read since the start, or since it was set. */
  rowsRead: number;
  /** Resolves to the rows that were read, when no more have been read for a while. */
  quiet(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts a service with this many orders of the user `u1`, with ids of equal length. */
export async function startCountedOrders(dataDir: string, count: number): Promise<CountedOrders> {
  const stored = await openStorage<OrdersSchema>({ name: 'orders', dataDir, migrations });
  await sql`
    insert into orders (id, user_id, status, total_minor, currency, placed_at, lines, reservation_id, sequence)
    with recursive numbers(n) as (select 100000 union all select n + 1 from numbers where n < ${99_999 + count})
    select 'order-' || n, 'u1', 'DELIVERED', 15, 'USD', n, ${JSON.stringify(LINES)}, '', 5 from numbers`.execute(
    stored,
  );
  const log = new LogLines();
  const counted: CountedOrders = {
    url: `127.0.0.1:${await freePort()}`,
    log,
    rowsRead: 0,
    async quiet() {
      for (let before = -1; before !== counted.rowsRead;) {
        before = counted.rowsRead;
        await passed(QUIET_MS);
      }
      return counted.rowsRead;
    },
    stop: () => service.stop(),
  };
  const db = stored.withPlugin({
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      counted.rowsRead += result.rows.length;
      return result;
    },
  });
  const logger = createLogger('orders', 'info', log);
  const service = await startGrpcService({
    name: 'orders',
    url: counted.url,
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
  return counted;
}
