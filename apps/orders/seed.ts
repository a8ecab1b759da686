import { demoOrders, type DemoOrder } from '#libs/demo-data';
import { transact } from '#libs/storage';
import type { Kysely } from 'kysely';
import type { MoveRow, OrderRow, OrdersSchema } from './schema.ts';
import { pathTo } from './status.ts';

/** The number of rows per insert statement. */
const BATCH = 500;

/** The time that demo orders stayed in one status, in milliseconds. */
const DEMO_STEP_MS = 3_600_000;

/** Fills an empty book with the demo's orders, all or none; they never move by themselves. */
export async function seedOrders(db: Kysely<OrdersSchema>, seed: number): Promise<void> {
  await transact(db, async (transaction) => {
    if (await transaction.selectFrom('orders').select('id').limit(1).executeTakeFirst()) return;
    const seeded = demoOrders(seed).map(toRow);
    // Two processes may seed one database concurrently: their rows are the same.
    for (const rows of batches(seeded)) {
      await transaction
        .insertInto('orders')
        .values(rows)
        .onConflict((on) => on.doNothing())
        .execute();
    }
    for (const rows of batches(seeded.flatMap(movesOf))) {
      await transaction
        .insertInto('moves')
        .values(rows)
        .onConflict((on) => on.doNothing())
        .execute();
    }
  });
}

function toRow({ id, userId, status, placedAt, totalMinor, currency, lines }: DemoOrder): OrderRow {
  const messages = lines.map(({ productId, name, quantity, unitPriceMinor }) => {
    return { productId, name, quantity, unitPrice: { amountMinor: unitPriceMinor, currency } };
  });
  return {
    id,
    status,
    currency,
    user_id: userId,
    total_minor: totalMinor,
    placed_at: Date.parse(placedAt),
    lines: JSON.stringify(messages),
    reservation_id: '',
    request_id: null,
    sequence: pathTo(status).length,
    next_step_at: null,
  };
}

function movesOf({ id, status: last, placed_at }: OrderRow): MoveRow[] {
  return pathTo(last).map((status, index) => {
    return { order_id: id, sequence: index + 1, status, occurred_at: placed_at + index * DEMO_STEP_MS };
  });
}

function* batches<Row>(rows: readonly Row[]): Generator<Row[]> {
  for (let start = 0; start < rows.length; start += BATCH) yield rows.slice(start, start + BATCH);
}
