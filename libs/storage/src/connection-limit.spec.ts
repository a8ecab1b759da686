import { expect, it } from '@jest/globals';
import type { Kysely } from 'kysely';
import { poolOf, storageFault } from '#libs/storage';
import { describeStorages } from '#libs/testing';
import { gate, type StockSchema, storagesForTests } from './storage.fixture.ts';

describeStorages('the connections of a storage', (storage) => {
  const open = storagesForTests(storage);
  const count = (db: Kysely<StockSchema>) => db.selectFrom('order').select('id').execute();

  /** Transactions that hold all connections until `release`. */
  const hold = async (db: Kysely<StockSchema>) => {
    const { opened, open: release } = gate();
    const holders = Array.from({ length: poolOf(db).max }, async () => {
      const transaction = await db.startTransaction().execute();
      return { end: opened.then(() => transaction.rollback().execute()) };
    });
    const held = await Promise.all(holders);
    return async () => {
      release();
      await Promise.all(held.map(({ end }) => end));
    };
  };

  it('are as many as set, one in SQLite, and are counted', async () => {
    const db = await open({ pool: { max: 2, waitMs: 10_000, queue: 10 } });
    expect(poolOf(db)).toMatchObject({ max: storage.kind === 'sqlite' ? 1 : 2, inUse: 0, waiting: 0 });
    const release = await hold(db);
    const queries = [count(db), count(db), count(db)];
    expect(poolOf(db)).toMatchObject({ inUse: poolOf(db).max, waiting: 3, timeouts: 0, refused: 0 });
    await release();
    await Promise.all(queries);
    expect(poolOf(db)).toMatchObject({ inUse: 0, waiting: 0, timeouts: 0, refused: 0 });
  });

  it('refuse a query that has waited too long, and the next one succeeds', async () => {
    const db = await open({ pool: { max: 2, waitMs: 20, queue: 10 } });
    const release = await hold(db);
    const error = await count(db).catch((reason: unknown) => reason);
    expect([storageFault(error), (error as Error).message]).toEqual([
      'busy',
      expect.stringContaining('within 20 ms'),
    ]);
    expect(poolOf(db)).toMatchObject({ waiting: 0, timeouts: 1 });
    await release();
    expect(await count(db)).toEqual([]);
  });

  it('refuse at once what does not fit in the queue', async () => {
    const db = await open({ pool: { max: 1, waitMs: 10_000, queue: 2 } });
    const release = await hold(db);
    const waiting = [count(db), count(db)];
    const error = await count(db).catch((reason: unknown) => reason);
    expect(storageFault(error)).toBe('busy');
    expect(poolOf(db)).toMatchObject({ waiting: 2, refused: 1, timeouts: 0 });
    await release();
    expect(await Promise.all(waiting)).toEqual([[], []]);
  });

  it('are all free again after queries that failed', async () => {
    const db = await open({ pool: { max: 1, waitMs: 5_000, queue: 10 } });
    const failing = Array.from({ length: 5 }, () =>
      db
        .selectFrom('nowhere' as 'order')
        .selectAll()
        .execute(),
    );
    for (const query of failing) await expect(query).rejects.toThrow();
    expect(poolOf(db)).toMatchObject({ inUse: 0, waiting: 0 });
  });
});
