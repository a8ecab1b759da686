import { loadConfig } from '#gateway/config/config';
import { aContext, ownRedisForTests, redisConnections } from '#libs/testing';
import { afterAll, describe, expect, it } from '@jest/globals';
import { spend } from './gcra.ts';
import { LimitStoreMemory } from './limit-store.memory.ts';
import { LimitStoreRedis } from './limit-store.redis.ts';
import type { LimitStore } from './limit-store.ts';
import { Limiter, rateHeaders, refusalOf, type Reserved } from './limiter.ts';

const rate = { limit: 10, windowMs: 1_000 };

const server = await ownRedisForTests();
const redis = redisConnections();
const connected = () => redis.connected((server as { url: string }).url);
afterAll(async () => {
  await redis.close();
  if ('stop' in server) await server.stop();
});

describe('a bucket', () => {
  it('gives all it has at once, and then as much as has come back', () => {
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

  it('gives all it has at any time: no fraction is lost to rounding', () => {
    for (let now = 0.1; now < 1e9; now = now * 1.01 + Math.PI) {
      expect(spend(undefined, now, 20, { limit: 20, windowMs: 60_000 })[0].isAllowed).toBe(true);
      expect(spend(undefined, now, 4, { limit: 20, windowMs: 60_000 })[0].resetMs).toBe(12_000);
    }
  });

  it('says what is left, when it is full again, and when there is enough', () => {
    const [first, after] = spend(undefined, 0, 4, rate);
    expect(first).toEqual({ isAllowed: true, remaining: 6, resetMs: 400, retryMs: 0 });
    const [second] = spend(after, 0, 8, rate);
    expect(second).toEqual({ isAllowed: false, remaining: 6, resetMs: 400, retryMs: 200 });
  });

  it('is given back to, and never has more than it holds', () => {
    const [, after] = spend(undefined, 0, 4, rate);
    const [given, then] = spend(after, 0, -3, rate);
    expect(given.remaining).toBe(9);
    expect(spend(then, 0, -5, rate)[0].remaining).toBeLessThanOrEqual(15);
    expect(spend(spend(then, 0, -5, rate)[1], 0, 11, rate)[0].isAllowed).toBe(false);
  });
});

const STORES: [string, () => Promise<LimitStore>][] = [
  ['in memory', async () => new LimitStoreMemory()],
  ...('skip' in server
    ? []
    : ([['in Redis', async () => new LimitStoreRedis(await connected(), new LimitStoreMemory())]] as [
        string,
        () => Promise<LimitStore>,
      ][])),
];

describe.each(STORES)('limits %s', (_, open) => {
  it('let through what there is, of many who ask at once, and refuse the rest', async () => {
    const store = await open();
    const slow = { limit: 100, windowMs: 3_600_000 };
    const all = await Promise.all(Array.from({ length: 250 }, async () => store.spend('many', 1, slow)));
    expect(all.filter(({ isAllowed }) => isAllowed)).toHaveLength(100);
    expect((await store.spend('many', 0, slow)).remaining).toBe(0);
    expect((await store.spend('others', 1, slow)).remaining).toBe(99);
  });

  it('are given back what was not needed', async () => {
    const store = await open();
    const slow = { limit: 100, windowMs: 3_600_000 };
    await store.spend('settled', 60, slow);
    await store.settle('settled', -50, slow);
    expect((await store.spend('settled', 0, slow)).remaining).toBe(90);
  });

  it('take what was needed beyond, and let nobody in until that has come back', async () => {
    const store = await open();
    const slow = { limit: 100, windowMs: 3_600_000 };
    await store.spend('owed', 90, slow);
    await store.settle('owed', 30, slow);
    const { isAllowed, remaining, retryMs } = await store.spend('owed', 1, slow);
    expect([isAllowed, remaining]).toEqual([false, 0]);
    expect(retryMs / 36_000).toBeCloseTo(21, 1);
  });

  it('never make anybody wait for more than a full bucket and what they ask, whatever something has cost', async () => {
    const store = await open();
    const slow = { limit: 100, windowMs: 3_600_000 };
    for (const cost of [10, 5_000, 5_000]) await store.settle('in debt', cost, slow);
    expect((await store.spend('in debt', 1, slow)).retryMs / 36_000).toBeCloseTo(101, 1);
  });

  it('are what @nestjs/throttler counts in', async () => {
    const store = await open();
    const hits = [];
    for (let i = 0; i < 4; i += 1) hits.push(await store.increment('library', 60_000, 3));
    expect(hits.map(({ totalHits, isBlocked }) => [totalHits, isBlocked])).toEqual([
      [1, false],
      [2, false],
      [3, false],
      [4, true],
    ]);
    expect(hits[3]!.timeToBlockExpire).toBe(20);
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

  it('go on by themselves while it is away', async () => {
    const store = new LimitStoreRedis(await redis.lost(), new LimitStoreMemory());
    const slow = { limit: 10, windowMs: 3_600_000 };
    const all = await Promise.all(Array.from({ length: 30 }, () => store.spend('alone', 1, slow)));
    expect(all.filter(({ isAllowed }) => isAllowed)).toHaveLength(10);
  });
});

describe('the limiter', () => {
  const limiter = (environment = {}) =>
    new Limiter(
      loadConfig({
        RATE_LIMIT_ANONYMOUS: '10/60',
        RATE_LIMIT_CUSTOMER: '20/60',
        RATE_LIMIT_SEARCH: '3/60',
        ...environment,
      }),
      new LimitStoreMemory(),
    );

  it('holds for who is logged in or not, and for what says so', () => {
    const names = (limits: object) => {
      const { forCaller, forPartner, forAnybody } = limiter().plan(limits);
      return [forCaller, forPartner, forAnybody].map((all) => all.map(({ name }) => name));
    };
    expect(names({})).toEqual([['customer'], ['partner'], ['anonymous']]);
    expect(names({ by: ['search'] })).toEqual([
      ['customer', 'search'],
      ['partner', 'search'],
      ['anonymous', 'search'],
    ]);
  });

  it('tells a client in structured fields, all policies in one', () => {
    const one = limiter();
    const reserved = one.take(aContext(), one.policies.slice(1, 2), 4) as Reserved[];
    expect(rateHeaders(reserved)).toEqual({
      'ratelimit-policy': '"customer";q=20;w=60',
      ratelimit: '"customer";r=16;t=12',
    });
    expect(refusalOf(reserved)).toBeUndefined();
  });

  it('refuses with when to come back, a little later for each', () => {
    const one = limiter();
    const policies = one.policies.slice(1, 2);
    void one.take(aContext(), policies, 20);
    const waits = Array.from({ length: 50 }, () => {
      const refusal = refusalOf(one.take(aContext(), policies, 20) as Reserved[])!;
      expect(refusal).toMatchObject({ code: 'RATE_LIMITED', status: 429 });
      return Number(refusal.headers['retry-after']);
    });
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(60);
    expect(Math.max(...waits)).toBeLessThanOrEqual(73);
    expect(new Set(waits).size).toBeGreaterThan(3);
  });

  it('counts what it let through, what it refused, what that cost, and what of it was given back', () => {
    const one = limiter();
    const policies = one.policies.slice(1, 2);
    const reserved = one.take(aContext(), policies, 15) as Reserved[];
    void one.take(aContext(), policies, 15);
    one.settle(reserved, 5);
    expect(one.counts.get('customer')).toEqual({ accepted: 1, limited: 1, cost: 15, refunded: 10 });
    one.settle(one.take(aContext(), policies, 2) as Reserved[], 9);
    expect(one.counts.get('customer')).toEqual({ accepted: 2, limited: 1, cost: 24, refunded: 10 });
  });
});
