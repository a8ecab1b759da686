import { setTimeout as passed } from 'node:timers/promises';
import { findPostgres, freePort, postgresPairForTests, type PostgresPair } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { ordersForTests, user } from './orders.fixture.ts';

const withPostgres = findPostgres() ? describe : describe.skip;

withPostgres('the orders service with DATABASE_REPLICA_URLS', () => {
  const start = ordersForTests();
  let pair: PostgresPair;
  let standby: pg.Client;

  beforeAll(async () => {
    pair = (await postgresPairForTests())!;
    standby = new pg.Client({ connectionString: `postgres://postgres@${pair.standby}/postgres` });
    await standby.connect();
  }, 60_000);
  afterAll(async () => {
    await standby?.end();
    await pair?.stop();
  });

  /** A service with both servers, and how many of its reads each has answered. */
  async function started(waitMs: string) {
    const METRICS_PORT = `${await freePort()}`;
    const service = await start(
      { dataDir: '.data', databaseUrl: `postgres://postgres@${pair.primary}/postgres` },
      {
        DATABASE_REPLICA_URLS: `postgres://postgres@${pair.standby}/postgres`,
        DATABASE_REPLICA_WAIT_MS: waitMs,
        METRICS_PORT,
      },
    );
    const reads = async () => {
      const text = await (await fetch(`http://127.0.0.1:${METRICS_PORT}/metrics`)).text();
      return Object.fromEntries(
        [...text.matchAll(/^db_replica_reads_total\{from="(\w+)"\} (\d+)$/gm)].map(([, from, n]) => [
          from,
          Number(n),
        ]),
      );
    };
    return { ...service, reads };
  }

  it('reads lists from the replica, with an order that was just placed, and one order from the primary', async () => {
    const { place, recent, list, byIds, reads, stop } = await started('30000');
    expect(await reads()).toEqual({ replica: 0, primary: 0 });
    const { id } = await place(user('u1'));
    expect((await recent(user('u1'))).orders.map((order) => order.id)).toEqual([id]);
    expect((await list(user('u1'))).orders.map((order) => order.id)).toEqual([id]);
    expect(await reads()).toEqual({ replica: 2, primary: 0 });
    await byIds(user('u1'), [id]);
    expect(await reads()).toEqual({ replica: 2, primary: 0 });
    await stop();
  });

  it('waits for a replica that is behind for DATABASE_REPLICA_WAIT_MS, then reads the primary', async () => {
    const [waitingLong, notWaiting] = [await started('30000'), await started('0')];
    await standby.query('select pg_wal_replay_pause()');
    const { id } = await notWaiting.place(user('u2'));
    const answered: string[] = [];
    const waiting = waitingLong.recent(user('u2')).then((found) => (answered.push('waiting'), found));
    expect((await notWaiting.recent(user('u2'))).orders.map((order) => order.id)).toEqual([id]);
    // Longer than the default.
    await passed(150);
    expect(answered).toEqual([]);
    await standby.query('select pg_wal_replay_resume()');
    expect((await waiting).orders.map((order) => order.id)).toEqual([id]);
    expect([await notWaiting.reads(), await waitingLong.reads()]).toEqual([
      { replica: 0, primary: 1 },
      { replica: 1, primary: 0 },
    ]);
    await Promise.all([waitingLong.stop(), notWaiting.stop()]);
  });
});
