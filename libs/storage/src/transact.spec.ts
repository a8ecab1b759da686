import { expect, it } from '@jest/globals';
import { type Kysely, sql } from 'kysely';
import { attempt, isDuplicate, storageFault, transact } from '#libs/storage';
import { describeStorages } from '#libs/testing';
import { anOrder, gate, type StockSchema, storagesForTests } from './storage.fixture.ts';

describeStorages('a transaction', (storage) => {
  const open = storagesForTests(storage);
  const idsIn = async (db: Kysely<StockSchema>) =>
    (await db.selectFrom('order').select('id').orderBy('id').execute()).map(({ id }) => id);
  const add = (db: Kysely<StockSchema>, id: string) => db.insertInto('order').values(anOrder({ id })).execute();

  it('is committed whole, or rolled back with its error', async () => {
    const db = await open();
    await transact(db, async (transaction) => {
      await add(transaction, 'o1');
      await add(transaction, 'o2');
    });
    const failing = transact(db, async (transaction) => {
      await add(transaction, 'o3');
      throw new RangeError('no stock');
    });
    await expect(failing).rejects.toThrow(new RangeError('no stock'));
    expect(await idsIn(db)).toEqual(['o1', 'o2']);
  });

  it('goes on after a part of it that was refused, without that part', async () => {
    const db = await open();
    await add(db, 'o1');
    await transact(db, async (transaction) => {
      await add(transaction, 'o2');
      const part = attempt(transaction, async (inner) => {
        await add(inner, 'o3');
        await add(inner, 'o1');
      });
      await part.catch((error: unknown) =>
        expect([isDuplicate(error), storageFault(error)]).toEqual([true, undefined]),
      );
      await attempt(transaction, (inner) => add(inner, 'o4'));
    });
    expect(await idsIn(db)).toEqual(['o1', 'o2', 'o4']);
  });

  it('gives its connection back, however it ends', async () => {
    const db = await open({ pool: { max: 1, waitMs: 5_000, queue: 10 } });
    for (let n = 0; n < 3; n += 1)
      await transact(db, () => Promise.reject(new Error('no'))).catch(() => undefined);
    await add(db, 'o1');
    expect(await idsIn(db)).toEqual(['o1']);
  });

  it('runs again if the database ended it in favour of another', async () => {
    // SQLite runs one at a time.
    if (storage.kind === 'sqlite') return;
    const db = await open();
    for (const id of ['o1', 'o2']) await add(db, id);
    const raise = (transaction: Kysely<StockSchema>, id: string) =>
      transaction
        .updateTable('order')
        .set((eb) => ({ lines: eb('lines', '+', 1) }))
        .where('id', '=', id)
        .execute();
    const gates = [gate(), gate()];
    let runs = 0;
    const both = [['o1', 'o2'] as const, ['o2', 'o1'] as const].map(([first, second], index) =>
      transact(db, async (transaction) => {
        runs += 1;
        await raise(transaction, first);
        // Each has one row before either wants the other's.
        gates[index]!.open();
        await gates[1 - index]!.opened;
        await raise(transaction, second);
      }),
    );
    await Promise.all(both);
    const rows = await db.selectFrom('order').select(['id', 'lines']).orderBy('id').execute();
    expect(rows.map(({ lines }) => lines)).toEqual([3, 3]);
    // The one that runs again may meet the other once more.
    expect(runs).toBeGreaterThanOrEqual(3);
  });

  it('runs four times at most, and leaves nothing', async () => {
    const db = await open();
    const conflict = Object.assign(new Error('could not serialize access'), { code: '40001' });
    let runs = 0;
    const failing = transact(db, async (transaction) => {
      runs += 1;
      await add(transaction, 'o1');
      throw conflict;
    });
    await expect(failing).rejects.toBe(conflict);
    expect([runs, await idsIn(db)]).toEqual([4, []]);
  });

  it('ends a statement that takes too long, and nothing else', async () => {
    // SQLite runs in the process.
    if (storage.kind === 'sqlite') return;
    const db = await open({ statementTimeoutMs: 100, pool: { max: 1, waitMs: 5_000, queue: 10 } });
    const seconds = 20;
    const slow = storage.kind === 'postgres' ? sql`select pg_sleep(${seconds})` : sql`select sleep(${seconds})`;
    const error = await slow.execute(db).catch((reason: unknown) => reason);
    expect(storageFault(error)).toBe('timeout');
    await add(db, 'o1');
  });

  it('waits for a lock no longer than a statement may take', async () => {
    if (storage.kind === 'sqlite') return;
    const db = await open({ statementTimeoutMs: 200 });
    await add(db, 'o1');
    const { opened, open: release } = gate();
    const holding = gate();
    const holder = db.transaction().execute(async (transaction) => {
      await transaction.updateTable('order').set({ lines: 2 }).execute();
      holding.open();
      await opened;
    });
    await holding.opened;
    const error = await db
      .updateTable('order')
      .set({ lines: 3 })
      .execute()
      .catch((reason: unknown) => reason);
    release();
    await holder;
    expect(['timeout', 'conflict']).toContain(storageFault(error));
  });
});
