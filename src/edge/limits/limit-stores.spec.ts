import { once } from 'node:events';
import { createLogger } from '#libs/observe';
import { closeRedis, openRedis } from '#libs/redis';
import { ownRedisForTests, redisClusterForTests, redisConnections, TEST_COMMAND_MS } from '#libs/testing';
import { afterAll, describe, expect, it } from '@jest/globals';
import { spend } from './gcra.ts';
import { LimitStoreMemory } from './limit-store.memory.ts';
import { LimitStoreRedis } from './limit-store.redis.ts';
import type { LimitStore } from './limit-store.ts';

const rate = { limit: 10, windowMs: 1_000 };

const server = await ownRedisForTests();
const cluster = await redisClusterForTests();
const redis = redisConnections();
const connected = () => redis.connected((server as { url: string }).url);
const logger = createLogger('spec', 'silent');
const inCluster = 'skip' in cluster ? undefined : await openRedis(cluster.url, logger, TEST_COMMAND_MS);
if (inCluster && inCluster.status !== 'ready') await once(inCluster, 'ready');
afterAll(async () => {
  if (inCluster) await closeRedis(inCluster);
  await redis.close();
  if ('stop' in server) await server.stop();
  if ('stop' in cluster) await cluster.stop?.();
});

describe('a bucket', () => {
  it('allows the limit at once, and then as much as has been refilled', () => {
    let fullAt: number | undefined;
    const allowed = (now: number, cost = 1) => {
      const [spent, after] = spend(fullAt, now, cost, rate);
      fullAt = after;
      return spent.isAllowed;
    };
    expect(Array.from({ length: 12 }, () => allowed(0)).filter(Boolean)).toHaveLength(10);
    expect(allowed(99)).toBe(false);
    expect(allowed(100)).toBe(true);
    expect(allowed(100)).toBe(false);
    expect(allowed(1_100, 10)).toBe(true);
    expect(allowed(1_199)).toBe(false);
  });

  it('allows the limit at any time: rounding loses nothing', () => {
    for (let now = 0.1; now < 1e9; now = now * 1.01 + Math.PI) {
      expect(spend(undefined, now, 20, { limit: 20, windowMs: 60_000 })[0].isAllowed).toBe(true);
      expect(spend(undefined, now, 4, { limit: 20, windowMs: 60_000 })[0].resetMs).toBe(12_000);
    }
  });

  it('reports what is left, when it is full again, and when the cost can be spent', () => {
    const [first, after] = spend(undefined, 0, 4, rate);
    expect(first).toEqual({ isAllowed: true, remaining: 6, resetMs: 400, retryMs: 0 });
    const [second] = spend(after, 0, 8, rate);
    expect(second).toEqual({ isAllowed: false, remaining: 6, resetMs: 400, retryMs: 200 });
  });

  it('can be given back to, and never exceeds its limit', () => {
    const [, after] = spend(undefined, 0, 4, rate);
    const [given, then] = spend(after, 0, -3, rate);
    expect(given.remaining).toBe(9);
    expect(spend(then, 0, -5, rate)[0].remaining).toBeLessThanOrEqual(15);
    expect(spend(spend(then, 0, -5, rate)[1], 0, 11, rate)[0].isAllowed).toBe(false);
  });
});

/** The buckets of the process, used while the cluster is unavailable. */
const meanwhile = new LimitStoreMemory();

const STORES: [string, () => Promise<LimitStore>][] = [
  ['in memory', async () => new LimitStoreMemory()],
  ...('skip' in server
    ? []
    : ([['in Redis', async () => new LimitStoreRedis(await connected(), new LimitStoreMemory())]] as [
        string,
        () => Promise<LimitStore>,
      ][])),
  ...(inCluster
    ? ([['in a cluster of Redis', async () => new LimitStoreRedis(inCluster, meanwhile)]] as [
        string,
        () => Promise<LimitStore>,
      ][])
    : []),
];

describe.each(STORES)('limits %s', (_, open) => {
  it('allow concurrent requests up to the limit, and refuse the rest', async () => {
    const store = await open();
    const slow = { limit: 100, windowMs: 3_600_000 };
    const all = await Promise.all(Array.from({ length: 250 }, async () => store.spend('many', 1, slow)));
    expect(all.filter(({ isAllowed }) => isAllowed)).toHaveLength(100);
    expect((await store.spend('many', 0, slow)).remaining).toBe(0);
    expect((await store.spend('others', 1, slow)).remaining).toBe(99);
  });

  it('take from all buckets or from none, whichever of them refuses', async () => {
    const store = await open();
    const [ample, scarce] = [
      { limit: 100, windowMs: 3_600_000 },
      { limit: 3, windowMs: 3_600_000 },
    ];
    const buckets = [
      { key: 'first', cost: 2, rate: ample },
      { key: 'middle', cost: 2, rate: scarce },
      { key: 'last', cost: 2, rate: ample },
    ];
    const tries = [];
    for (let i = 0; i < 5; i += 1) tries.push(await store.spendAll(i % 2 ? buckets.toReversed() : buckets));
    expect(tries.map((all) => all.map(({ isAllowed }) => isAllowed))).toEqual([
      [true, true, true],
      ...Array(4).fill([true, false, true]),
    ]);
    expect(tries.map((all) => all.map(({ remaining }) => remaining))).toEqual(Array(5).fill([98, 1, 98]));
    expect(tries[4]!.map(({ retryMs }) => Math.ceil(retryMs / 60_000))).toEqual([0, 20, 0]);
    for (const { key, rate } of buckets)
      expect((await store.spend(key, 0, rate)).remaining).toBe(rate === ample ? 98 : 1);
  });

  it('take from all buckets or from none for concurrent requests', async () => {
    const store = await open();
    const slow = { limit: 1_000, windowMs: 3_600_000 };
    const send = async (i: number) => {
      const all = [
        { key: 'at once', cost: 1, rate: slow },
        { key: `one of ${i % 2}`, cost: 1, rate: { ...slow, limit: 20 } },
      ];
      return (await store.spendAll(i % 4 < 2 ? all : all.toReversed())).every(({ isAllowed }) => isAllowed);
    };
    const allowed = await Promise.all(Array.from({ length: 120 }, (_, i) => send(i)));
    expect(allowed.filter(Boolean)).toHaveLength(40);
    expect((await store.spend('at once', 0, slow)).remaining).toBe(960);
  });

  it('get back the cost that was not used', async () => {
    const store = await open();
    const slow = { limit: 100, windowMs: 3_600_000 };
    await store.spend('settled', 60, slow);
    await store.settle('settled', -50, slow);
    expect((await store.spend('settled', 0, slow)).remaining).toBe(90);
  });

  it('take the cost used beyond the reservation, and refuse until that is refilled', async () => {
    const store = await open();
    const slow = { limit: 100, windowMs: 3_600_000 };
    await store.spend('owed', 90, slow);
    await store.settle('owed', 30, slow);
    const { isAllowed, remaining, retryMs } = await store.spend('owed', 1, slow);
    expect([isAllowed, remaining]).toEqual([false, 0]);
    expect(retryMs / 36_000).toBeCloseTo(21, 0);
  });

  it('limit the wait to a full bucket and the cost, whatever a request has cost', async () => {
    const store = await open();
    const slow = { limit: 100, windowMs: 3_600_000 };
    for (const cost of [10, 5_000, 5_000]) await store.settle('in debt', cost, slow);
    expect((await store.spend('in debt', 1, slow)).retryMs / 36_000).toBeCloseTo(101, 0);
  });

  it('are the storage of @nestjs/throttler', async () => {
    const store = await open();
    const hits = [];
    for (let i = 0; i < 4; i += 1) hits.push(await store.increment('library', 3_600_000, 3));
    expect(hits.map(({ totalHits, isBlocked }) => [totalHits, isBlocked])).toEqual([
      [1, false],
      [2, false],
      [3, false],
      [4, true],
    ]);
    // In seconds: a third of an hour, less the time that has passed.
    expect(hits[3]!.timeToBlockExpire).toBeGreaterThan(1_140);
    expect(hits[3]!.timeToBlockExpire).toBeLessThanOrEqual(1_200);
  });
});

(inCluster ? describe : describe.skip)('limits in a cluster of Redis', () => {
  it('are not counted by the process while the cluster is available', () => {
    for (const key of ['first', 'middle', 'at once', 'settled', 'owed'])
      expect(meanwhile.spend(key, 0, rate)).toMatchObject({ resetMs: 0 });
  });
});

('skip' in server ? describe.skip : describe)('two gateways on one Redis', () => {
  it('share a limit exactly', async () => {
    const stores = [
      new LimitStoreRedis(await connected(), new LimitStoreMemory()),
      new LimitStoreRedis(await connected(), new LimitStoreMemory()),
    ];
    const slow = { limit: 100, windowMs: 3_600_000 };
    const all = await Promise.all(Array.from({ length: 300 }, (_, i) => stores[i % 2]!.spend('shared', 1, slow)));
    expect(all.filter(({ isAllowed }) => isAllowed)).toHaveLength(100);
  });

  it('are kept by each process while Redis is unavailable', async () => {
    const store = new LimitStoreRedis(await redis.lost(), new LimitStoreMemory());
    const slow = { limit: 10, windowMs: 3_600_000 };
    const all = await Promise.all(Array.from({ length: 30 }, () => store.spend('alone', 1, slow)));
    expect(all.filter(({ isAllowed }) => isAllowed)).toHaveLength(10);
  });
});
