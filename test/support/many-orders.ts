import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { migrations } from '#apps/orders/migrations';
import { openStorage } from '#libs/storage';

/** Whose orders they are: the share of each caller; the rest belongs to 500 others. */
const OWNERS = { u1: 0.3, u3: 0.2 } as const;

const NAMES = ['Brass lamp', 'Oak table, large', 'Linen "Nord" curtain', 'Wool rug', 'Glass bowl'];
const STATUSES = ['PLACED', 'PAID', 'PACKED', 'SHIPPED', 'DELIVERED', 'CANCELLED'];
/** The last one is placed at this time; each other one a second before. */
const LAST = Date.UTC(2026, 0, 1);

/** Fills the orders service's empty storage in `dataDir`. @returns how long it took, in seconds */
export async function seedManyOrders(dataDir: string, count: number): Promise<number> {
  const startedAt = performance.now();
  mkdirSync(dataDir, { recursive: true });
  await (await openStorage({ name: 'orders', dataDir, migrations })).destroy();
  const database = new DatabaseSync(join(dataDir, 'orders.sqlite'));
  const insert = database.prepare(
    'insert into orders (id, user_id, status, total_minor, currency, placed_at, lines, reservation_id, request_id, sequence, next_step_at) ' +
      "values (?, ?, ?, ?, 'USD', ?, ?, '', null, 5, null)",
  );
  database.exec('pragma synchronous = off; pragma cache_size = -200000; begin');
  // Indexes are made faster of rows that are there.
  const indexes = database
    .prepare(
      "select name, sql from sqlite_master where type = 'index' and tbl_name = 'orders' and sql is not null",
    )
    .all() as { name: string; sql: string }[];
  for (const { name } of indexes) database.exec(`drop index "${name}"`);
  for (let n = 0; n < count; n += 1) {
    const lines = Array.from({ length: 1 + (n % 3) }, (_, line) => ({
      productId: `p${(n + line) % 2_000}`,
      name: NAMES[(n + line) % NAMES.length],
      quantity: 1 + (n % 4),
      unitPrice: { amountMinor: 1_000 + (n % 977), currency: 'USD' },
    }));
    const total = lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice.amountMinor, 0);
    // Ids do not grow with time, as those of orders that are placed do not.
    const id = `order-${((n * 7_919) % count).toString(36).padStart(6, '0')}-${n.toString(36).padStart(6, '0')}`;
    const placedAt = LAST - (count - n) * 1_000;
    insert.run(id, ownerOf(n), STATUSES[n % STATUSES.length]!, total, placedAt, JSON.stringify(lines));
  }
  for (const { sql } of indexes) database.exec(sql);
  database.exec('commit');
  database.exec('pragma wal_checkpoint(truncate)');
  database.close();
  return (performance.now() - startedAt) / 1_000;
}

function ownerOf(n: number): string {
  const at = (n % 10) / 10;
  if (at < OWNERS.u1) return 'u1';
  return at < OWNERS.u1 + OWNERS.u3 ? 'u3' : `u${10 + (n % 500)}`;
}
