import { createLogger } from '#libs/observe';
import { closeRedis, openRedis, type Redis, takeLock } from '#libs/redis';
import { eventually, redisClusterForTests, TEST_COMMAND_MS } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Cache } from './cache.ts';
import { aRequest, cachedThings } from './port.fixture.ts';
import { RedisTier } from './redis-tier.ts';

const cluster = await redisClusterForTests();
const onCluster = 'skip' in cluster ? describe.skip : describe;

onCluster('a memory that gateways share in a Redis cluster', () => {
  const { url, stop } = cluster as { url: string; stop(): Promise<void> };
  const opened: { redis: Redis; store: Cache }[] = [];

  async function aGateway() {
    const redis = await openRedis(url, createLogger('spec', 'silent'), TEST_COMMAND_MS);
    await new Promise<void>((resolve) => void redis.once('ready', () => resolve()));
    const store = new Cache(1_000_000);
    const tier = store.share((onInvalidated) => new RedisTier(redis, 'spec:', onInvalidated));
    opened.push({ redis, store });
    return { ...cachedThings(store), tier, redis };
  }
  let one: Awaited<ReturnType<typeof aGateway>>;
  let other: Awaited<ReturnType<typeof aGateway>>;

  beforeAll(async () => {
    [one, other] = [await aGateway(), await aGateway()];
  });
  afterAll(async () => {
    for (const { redis, store } of opened) {
      await store.close();
      await closeRedis(redis);
    }
    await stop();
  });

  it('shares entries between gateways, whichever cluster node has the key', async () => {
    const ids = Array.from({ length: 30 }, (_, i) => `t${i}`);
    await one.things.byIds(aRequest(), ids);
    await eventually(
      async () =>
        !(await Promise.all(ids.map((id) => one.redis.exists(`spec:e:things.byIds  ${id}`)))).includes(0),
    );
    expect(await other.things.byIds(aRequest(), ids)).toHaveLength(30);
    expect(other.upstream.calls).toEqual([]);
    expect(one.tier.report()).toMatchObject({ isUp: true, failures: 0 });
  });

  it('invalidates a tag in all gateways', async () => {
    await other.things.mine(aRequest());
    await one.store.invalidate(['of:u1', 'things']);
    await other.things.mine(aRequest());
    expect(other.upstream.calls.filter((what) => what === 'mine for u1')).toHaveLength(2);
    // By the bus, from the first tier.
    await eventually(() => !other.store.memory.get('things.byIds  t1'));
  });

  it('gives single-flight locks', async () => {
    const release = await takeLock(one.redis, 'lock', 10_000);
    expect(await takeLock(other.redis, 'lock', 10_000)).toBeUndefined();
    await release!();
    expect(await takeLock(other.redis, 'lock', 10_000)).toBeDefined();
  });
});
