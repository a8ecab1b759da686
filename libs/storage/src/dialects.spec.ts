import { expect, it } from '@jest/globals';
import { type Kysely, sql } from 'kysely';
import { describeStorages } from '#libs/testing';
import { anOrder, type StockSchema, storagesForTests } from './storage.fixture.ts';

/** What an operator may have set for a database; new connections have it. */
const STRICTER_BY_DEFAULT = `do $$ begin
  execute format('alter database %I set default_transaction_isolation = ''repeatable read''', current_database());
end $$`;

describeStorages('a query', (storage) => {
  const open = storagesForTests(storage);
  const add = (db: Kysely<StockSchema>, ...rows: StockSchema['order'][]) =>
    db.insertInto('order').values(rows).execute();
  const ids = async (db: Kysely<StockSchema>, column: 'id' | 'name', value: string) =>
    (await db.selectFrom('order').select('id').where(column, '=', value).execute()).map(({ id }) => id);

  it('keeps all its values as they are', async () => {
    const db = await open();
    const row = anOrder({
      name: `'quotes' "and" \`ticks\` \\ % _ 👩‍👩‍👧 \u0001 \r\n`,
      total: Number.MAX_SAFE_INTEGER,
      from: JSON.stringify({ a: [1, { b: '{"c":1}' }], d: null }),
    });
    await add(db, row, anOrder({ id: 'o2', total: -1 }));
    expect(await db.selectFrom('order').selectAll().orderBy('id').execute()).toEqual([
      row,
      anOrder({ id: 'o2', total: -1 }),
    ]);
  });

  it('compares text by its characters: case, accents and spaces at the end differ', async () => {
    const db = await open();
    const names = ['Lamp', 'lamp', 'Lamp ', 'Lämp'];
    await add(db, ...names.map((name, n) => anOrder({ id: `o${n}`, key: name, name })));
    for (const [n, name] of names.entries()) expect(await ids(db, 'name', name)).toEqual([`o${n}`]);
  });

  it('orders text by code points', async () => {
    const db = await open();
    const sorted = ['A', 'B', 'a', 'b', 'ä', '☃', '👩'];
    await add(db, ...sorted.toReversed().map((id) => anOrder({ id })));
    const found = await db.selectFrom('order').select('id').orderBy('id').execute();
    expect(found.map(({ id }) => id)).toEqual(sorted);
  });

  it('counts the rows that an update matched, also if it changed none', async () => {
    const db = await open();
    await add(db, anOrder());
    const set = (lines: number) =>
      db.updateTable('order').set({ lines }).where('id', '=', 'o1').executeTakeFirst();
    expect([(await set(1)).numUpdatedRows, (await set(2)).numUpdatedRows]).toEqual([1n, 1n]);
    const { numDeletedRows } = await db.deleteFrom('order').executeTakeFirst();
    expect(numDeletedRows).toBe(1n);
  });

  it('counts the rows that `do nothing` inserted, and ignores no other error', async () => {
    const db = await open();
    const insert = (...rows: StockSchema['order'][]) =>
      db
        .insertInto('order')
        .values(rows)
        .onConflict((on) => on.column('id').doNothing())
        .executeTakeFirst();
    const all = ['o1', 'o2', 'o3'].map((id) => anOrder({ id }));
    expect((await insert(all[0]!)).numInsertedOrUpdatedRows).toBe(1n);
    expect((await insert(...all)).numInsertedOrUpdatedRows).toBe(2n);
    expect((await insert(...all)).numInsertedOrUpdatedRows).toBe(0n);
    await expect(insert(anOrder({ id: 'o4', name: null as never }))).rejects.toThrow();
  });

  it('updates the rows that are there, with the new values and the old', async () => {
    const db = await open();
    await add(db, anOrder({ lines: 3, total: 5 }));
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('order')
      .values([anOrder({ name: 'New', lines: 4, total: 6 }), anOrder({ id: 'o2', total: 7 })])
      .onConflict((on) =>
        on.column('id').doUpdateSet(({ ref, eb }) => ({
          name: ref('excluded.name'),
          lines: eb(ref('order.lines'), '+', ref('excluded.lines')),
        })),
      )
      .executeTakeFirst();
    expect(numInsertedOrUpdatedRows).toBe(2n);
    expect(await db.selectFrom('order').select(['id', 'name', 'lines', 'total']).orderBy('id').execute()).toEqual([
      { id: 'o1', name: 'New', lines: 7, total: 5 },
      { id: 'o2', name: 'Lamp', lines: 1, total: 7 },
    ]);
  });

  it('is refused with `returning`, which is not everywhere, before it writes', async () => {
    const db = await open();
    await expect(db.insertInto('order').values(anOrder()).returningAll().execute()).rejects.toThrow(
      'not portable',
    );
    await expect(db.deleteFrom('order').returning('id').execute()).rejects.toThrow('not portable');
    expect(await ids(db, 'id', 'o1')).toEqual([]);
  });

  it('is refused for a number that the column cannot hold, or for text in place of one', async () => {
    // SQLite takes any value in any column.
    if (storage.kind === 'sqlite') return;
    const db = await open();
    await expect(add(db, anOrder({ lines: 2 ** 40 }))).rejects.toThrow();
    await expect(add(db, anOrder({ lines: 'many' as never }))).rejects.toThrow();
    await expect(add(db, anOrder({ id: 'x'.repeat(256) }))).rejects.toThrow();
  });

  it.each([
    ['an object', {}],
    ['a Date', new Date(0)],
    ['undefined', undefined],
  ])('is refused with %s in place of a value', async (_, value) => {
    // PostgreSQL's driver has types of its own for them.
    if (storage.kind === 'postgres') return;
    const db = await open();
    await expect(ids(db, 'id', value as never)).rejects.toThrow('not a valid query value');
  });

  it('sees what others have committed since its transaction began', async () => {
    if (storage.kind === 'sqlite') return;
    if (storage.kind === 'postgres') await sql.raw(STRICTER_BY_DEFAULT).execute(await open());
    const db = await open();
    const seen = await db.transaction().execute(async (transaction) => {
      const before = await ids(transaction, 'id', 'o1');
      await add(db, anOrder());
      return [before, await ids(transaction, 'id', 'o1')];
    });
    expect(seen).toEqual([[], ['o1']]);
  });

  it('reads the clock of MariaDB in UTC, as text', async () => {
    // The others have none that depends on the session.
    if (storage.kind !== 'mariadb') return;
    const { rows } = await sql<{ now: string }>`select now() as now`.execute(await open());
    expect(Math.abs(Date.parse(`${rows[0]!.now.replace(' ', 'T')}Z`) - Date.now())).toBeLessThan(60_000);
  });

  it('joins text by `||`, and groups by what it selects', async () => {
    const db = await open();
    await add(db, anOrder());
    const joined = await sql<{ text: string }>`select id || '!' as text from ${sql.table('order')}`.execute(db);
    expect(joined.rows).toEqual([{ text: 'o1!' }]);
    // SQLite takes any row of a group.
    if (storage.kind === 'sqlite') return;
    const vague = sql`select name, max(lines) from ${sql.table('order')} group by total`.execute(db);
    await expect(vague).rejects.toThrow(/GROUP BY/i);
  });
});
