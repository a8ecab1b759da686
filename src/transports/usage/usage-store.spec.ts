import { randomUUID } from 'node:crypto';
import { redisKeys } from '#gateway/config/redis-keys';
import { storesForTests } from '#gateway/edge/idempotency/stores.fixture';
import { redisConnections } from '#libs/testing';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { Call } from './day-usage.ts';
import type { UsageStore } from './usage-store.ts';
import { UsageStoreMemory } from './usage-store.memory.ts';
import { UsageStoreRedis } from './usage-store.redis.ts';

const { describeOnRedis } = await storesForTests();

const call = (client: string, calls = 1, sha256 = 'a1'): Call => {
  const coordinates = ['Query.home', 'User.name'];
  return { operation: { sha256, name: 'web/home', isPersisted: true, coordinates }, client, isGone: false, calls };
};

function promises(storeOf: (maxDays: number) => UsageStore): void {
  it('adds up by day', async () => {
    const store = storeOf(3);
    const [first, second] = [randomUUID(), randomUUID()];
    await store.add(first, [call('web/1', 2), call('ios/7')]);
    await store.add(second, [call('web/1')]);
    await store.add(first, [call('web/1', 3)]);
    await store.add(first, []);
    const [day, next, ...none] = await store.read([first, second]);
    expect(none).toEqual([]);
    expect(Object.fromEntries(day!.calls)).toEqual({ 'a1|web/home|web/1': 5, 'a1|web/home|ios/7': 1 });
    expect(Object.fromEntries(day!.fields)).toEqual({ 'Query.home': 6, 'User.name': 6 });
    expect([...day!.operations]).toEqual([
      ['a1|web/home', { isPersisted: true, coordinates: ['Query.home', 'User.name'] }],
    ]);
    expect(Object.fromEntries(next!.calls)).toEqual({ 'a1|web/home|web/1': 1 });
  });

  it('is bounded, and keeps the clients that there are', async () => {
    const store = storeOf(3);
    const day = randomUUID();
    await store.add(day, [call('web/1', 50)]);
    for (let batch = 0; batch < 5; batch += 1)
      await store.add(
        day,
        Array.from({ length: 1_000 }, (_, n) => call(`invented-${n}/${batch}`, 1, `b${n % 400}`)),
      );
    const [usage] = await store.read([day]);
    expect(usage!.calls.size).toBeLessThanOrEqual(2_000);
    expect(usage!.operations.size).toBeLessThanOrEqual(300);
    expect([...usage!.calls.values()].reduce((sum, calls) => sum + calls)).toBe(5_050);
    expect(usage!.calls.get('a1|web/home|web/1')).toBe(50);
  });
}

describe('the use of operations in memory', () => {
  promises((maxDays) => new UsageStoreMemory(maxDays));

  it('is kept for the latest days', async () => {
    const store = new UsageStoreMemory(2);
    const days = ['2026-11-27', '2026-11-28', '2026-11-29'];
    for (const day of days) await store.add(day, [call('web/1')]);
    expect(await store.read(days)).toHaveLength(2);
    expect(await store.read(['2026-11-27'])).toEqual([]);
  });
});

describeOnRedis('the use of operations in Redis', (redis) => {
  const connections = redisConnections();
  afterAll(() => connections.close());

  promises((maxDays) => new UsageStoreRedis(redis(), maxDays));

  it('is that of all gateways, and is gone after its days', async () => {
    const day = randomUUID();
    const [one, other] = [new UsageStoreRedis(redis(), 2), new UsageStoreRedis(redis(), 2)];
    await Promise.all([one.add(day, [call('web/1', 2)]), other.add(day, [call('web/1', 3), call('ios/7')])]);
    const [usage] = await one.read([day]);
    expect(Object.fromEntries(usage!.calls)).toEqual({ 'a1|web/home|web/1': 5, 'a1|web/home|ios/7': 1 });
    for (const part of ['calls', 'fields', 'operations']) {
      const left = await redis().pttl(redisKeys.usage(day, part));
      expect(left / 86_400_000).toBeCloseTo(2, 2);
    }
  });

  it('that is folded by two gateways at once is counted once', async () => {
    const day = randomUUID();
    const stores = [1, 2, 3].map(() => new UsageStoreRedis(redis(), 2));
    await Promise.all(
      stores.map((store, at) =>
        store.add(
          day,
          Array.from({ length: 1_000 }, (_, n) => call(`invented-${at}/${n}`)),
        ),
      ),
    );
    await Promise.all(stores.map((store, at) => store.add(day, [call(`last-${at}/1`)])));
    const [usage] = await stores[0]!.read([day]);
    expect(usage!.calls.size).toBeLessThanOrEqual(2_000);
    expect([...usage!.calls.values()].reduce((sum, calls) => sum + calls)).toBe(3_003);
  });

  it('that cannot be stored is stored with the next calls, each once', async () => {
    const store = new UsageStoreRedis(redis(), 2);
    const day = randomUUID();
    await redis().set(redisKeys.usage(day, 'fields'), 'of another type');
    await store.add(day, [call('web/1')]);
    await redis().del(redisKeys.usage(day, 'fields'));
    await store.add(day, [call('web/1', 2)]);
    await store.add(day, []);
    const [usage] = await store.read([day]);
    expect(Object.fromEntries(usage!.calls)).toEqual({ 'a1|web/home|web/1': 3 });
    expect(Object.fromEntries(usage!.fields)).toEqual({ 'Query.home': 3, 'User.name': 3 });
  });

  it('is kept while Redis cannot be reached, which no call waits for, and is not reported then', async () => {
    const store = new UsageStoreRedis(await connections.lost(), 2);
    const day = randomUUID();
    await store.add(day, [call('web/1')]);
    await store.add(day, [call('web/1')]);
    await expect(store.read([day])).rejects.toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
    const { unsent } = store as unknown as { unsent: Map<string, { calls: Map<string, number> }> };
    expect(unsent.get(day)!.calls.get('a1|web/home|web/1')).toBe(2);
  });
});
