import assert from 'node:assert/strict';

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openStorage, type Migration } from '#libs/storage';
import { batched, Context } from '#libs/upstream';
import { load } from '#study/support/packages';
import { tempFolder } from '#study/support/temp-folder';
import { measured, part, show } from '#study/support/print';
import type { Kysely } from 'kysely';

interface Schema {
  orders: { id: string; user_id: string; version: number; details: string };
  lines: { order_id: string; product_id: string };
}

const migrations: Record<string, Migration> = {
  '001-orders': {
    up: async (db) => {
      await db.schema
        .createTable('orders')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('user_id', 'text')
        .addColumn('version', 'integer')
        .addColumn('details', 'text')
        .execute();
      await db.schema.createTable('lines').addColumn('order_id', 'text').addColumn('product_id', 'text').execute();
      await db.schema.createIndex('lines_order').on('lines').column('order_id').execute();
    },
  },
};

const QUESTION =
  'select o.id, l.product_id from orders o join lines l on l.order_id = o.id where o.user_id = ? order by o.id, l.product_id';
const ROUNDS = 300;

/** One question by SQL, query builder and ORM; N+1; transactions; locks; migrations; JSON. On SQLite. */
export async function oneQuestion(): Promise<void> {
  const dataDir = tempFolder();
  const db = await openStorage<Schema>({ name: 'shop', dataDir, migrations });
  const raw = new DatabaseSync(join(dataDir, 'shop.sqlite'));
  try {
    await fill(db);
    await threeWays(db, raw);
    await nPlusOne(db);
    await transactions(db);
    await migrating(dataDir);
    json(raw);
  } finally {
    raw.close();
    await db.destroy();
  }
}

async function fill(db: Kysely<Schema>): Promise<void> {
  const orders = Array.from({ length: 200 }, (_, n) => ({
    id: `o${String(n).padStart(3, '0')}`,
    user_id: `u${n % 20}`,
    version: 1,
    details: JSON.stringify({ city: n % 50 ? 'Rome' : 'Oslo' }),
  }));
  await db.insertInto('orders').values(orders).execute();
  const lines = orders.flatMap(({ id }) => ['p1', 'p2'].map((product_id) => ({ order_id: id, product_id })));
  await db.insertInto('lines').values(lines).execute();
}

async function threeWays(db: Kysely<Schema>, raw: DatabaseSync): Promise<void> {
  part('one question, three ways: the lines of the orders of a user');
  const { drizzle } = await load<any>('drizzle-orm/sqlite-proxy');
  const { sqliteTable, text } = await load<any>('drizzle-orm/sqlite-core');
  const { eq } = await load<any>('drizzle-orm');
  const orders = sqliteTable('orders', { id: text('id'), userId: text('user_id') });
  const lines = sqliteTable('lines', { orderId: text('order_id'), productId: text('product_id') });
  const statement = raw.prepare(QUESTION);
  const orm = drizzle(async (sql: string, params: string[]) => {
    const prepared = raw.prepare(sql);
    prepared.setReturnArrays(true);
    return { rows: prepared.all(...params) };
  });
  const ways: Record<string, () => Promise<{ id: string; product_id: string }[]>> = {
    'raw SQL, prepared once': async () => statement.all('u1').map((row) => ({ ...row })) as never,
    'query builder (Kysely)': () =>
      db
        .selectFrom('orders as o')
        .innerJoin('lines as l', 'l.order_id', 'o.id')
        .select(['o.id', 'l.product_id'])
        .where('o.user_id', '=', 'u1')
        .orderBy('o.id')
        .orderBy('l.product_id')
        .execute(),
    'ORM (Drizzle)': () =>
      orm
        .select({ id: orders.id, product_id: lines.productId })
        .from(orders)
        .innerJoin(lines, eq(lines.orderId, orders.id))
        .where(eq(orders.userId, 'u1'))
        .orderBy(orders.id, lines.productId),
  };
  const expected = statement.all('u1').map((row) => ({ ...row }));
  for (const [name, way] of Object.entries(ways)) {
    assert.deepEqual(
      (await way()).map((row) => ({ ...row })),
      expected,
    );
    const before = process.cpuUsage();
    for (let n = 0; n < ROUNDS; n += 1) await way();
    const { user, system } = process.cpuUsage(before);
    show(`${name}: ${expected.length} rows`);
    measured(`${Math.round((user + system) / ROUNDS)} µs of CPU`);
  }
}

async function nPlusOne(db: Kysely<Schema>): Promise<void> {
  part('N+1, and the loader of the gateway');
  let queries = 0;
  const linesOf = async (ids: readonly string[]) => {
    queries += 1;
    return db.selectFrom('lines').selectAll().where('order_id', 'in', ids).execute();
  };
  const ids = (await db.selectFrom('orders').select('id').where('user_id', '=', 'u1').execute()).map(
    ({ id }) => id,
  );
  for (const id of ids) await linesOf([id]);
  show(`a loop over ${ids.length} orders: 1 + ${queries} queries`);
  assert.equal(queries, ids.length);
  queries = 0;
  const context = new Context({ log: { requestId: 'r1' }, timeoutMs: 5_000 });
  const linesOfOrder = batched<{ id: string; lines: object[] }>(async (_context, requested) => {
    const all = await linesOf(requested);
    return requested.map((id) => ({ id, lines: all.filter(({ order_id }) => order_id === id) }));
  });
  const found = await Promise.all(ids.map((id) => linesOfOrder(context, id)));
  assert.deepEqual([queries, found.length], [1, ids.length]);
  show(`batched: 1 + ${queries}`);
}

async function transactions(db: Kysely<Schema>): Promise<void> {
  part('rollback, savepoint, optimistic lock');
  const count = async () =>
    (await db.selectFrom('orders').select('id').where('user_id', '=', 'new').execute()).length;
  const row = (id: string) => ({ id, user_id: 'new', version: 1, details: '{}' });
  await assert.rejects(
    db.transaction().execute(async (trx) => {
      await trx.insertInto('orders').values(row('n1')).execute();
      throw new Error('no stock');
    }),
  );
  show(`rows after a rollback: ${await count()}`);
  const trx = await db.startTransaction().execute();
  await trx.insertInto('orders').values(row('n2')).execute();
  const saved = await trx.savepoint('gift').execute();
  await saved.insertInto('orders').values(row('n3')).execute();
  await (await saved.rollbackToSavepoint('gift').execute()).releaseSavepoint('gift').execute();
  await trx.commit().execute();
  assert.equal(await count(), 1);
  show(`two inserts, the second rolled back to a savepoint: ${await count()}`);
  const update = async (version: number) => {
    const changed = db
      .updateTable('orders')
      .set({ version: version + 1 })
      .where('id', '=', 'n2')
      .where('version', '=', version);
    return Number((await changed.executeTakeFirst()).numUpdatedRows);
  };
  const [one, other] = [await update(1), await update(1)];
  assert.deepEqual([one, other], [1, 0]);
  show(`two writers that read version 1: ${one} row changed, then ${other}: a conflict (412)`);
}

async function migrating(dataDir: string): Promise<void> {
  part('migrations run once, and all or nothing');
  let runs = 0;
  const counted: Record<string, Migration> = {
    ...migrations,
    '002-notes': {
      up: async (db) => {
        runs += 1;
        await db.schema.createTable('notes').addColumn('id', 'text').execute();
      },
    },
  };
  const open = (some: Record<string, Migration>) => openStorage<any>({ name: 'shop2', dataDir, migrations: some });
  await (await open(counted)).destroy();
  await (await open(counted)).destroy();
  assert.equal(runs, 1);
  show(`opened twice: the migration ran ${runs} time`);
  const broken = {
    ...counted,
    '003-tags': { up: async (db: Kysely<any>) => db.schema.createTable('tags').addColumn('id', 'text').execute() },
    '004-broken': { up: async () => Promise.reject(new Error('oops')) },
  } as Record<string, Migration>;
  await assert.rejects(open(broken), /"004-broken" failed/);
  const db = await open(counted);
  const tables = (await db.introspection.getTables()).map(({ name }) => name);
  await db.destroy();
  assert.ok(!tables.includes('tags'));
  show('the second of two fails: the table of the first is not there');
}

function json(raw: DatabaseSync): void {
  part('documents in a JSON column, with an index');
  const sql = "select id from orders where details ->> 'city' = 'Oslo'";
  const plan = () => (raw.prepare(`explain query plan ${sql}`).all() as { detail: string }[])[0]!.detail;
  const before = plan();
  raw.exec("create index orders_city on orders (details ->> 'city')");
  assert.match(plan(), /USING INDEX orders_city/);
  show(`before: ${before}`, `after: ${plan()}`, `rows: ${raw.prepare(sql).all().length}`);
}
