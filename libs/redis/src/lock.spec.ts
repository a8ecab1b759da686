import { holdLock, type Redis, takeLock } from '#libs/redis';
import { ownRedisForTests, redisConnections, TEST_COMMAND_MS } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const server = await ownRedisForTests();
const onRedis = 'skip' in server ? describe.skip : describe;

onRedis('a lock', () => {
  const { url, stop } = server as { url: string; stop(): Promise<void> };
  const connections = redisConnections();
  let redis: Redis;

  beforeAll(async () => {
    redis = await connections.connected(url);
  });
  afterAll(async () => {
    await connections.close();
    await stop();
  });

  it('is taken by one of a hundred, until it is released', async () => {
    const taken = await Promise.all(Array.from({ length: 100 }, () => takeLock(redis, 'one', 10_000)));
    const [release] = taken.filter((one) => one !== undefined);
    expect(taken.filter((one) => one !== undefined)).toHaveLength(1);
    await release!();
    expect(await takeLock(redis, 'one', 10_000)).toBeDefined();
  });

  it('expires after its time, and is then not released by its former owner', async () => {
    const late = await takeLock(redis, 'short', 1);
    let next: Awaited<ReturnType<typeof takeLock>>;
    while (!next) next = await takeLock(redis, 'short', 10_000);
    await late!();
    expect(await takeLock(redis, 'short', 10_000)).toBeUndefined();
  });

  it('that is extended outlives its time, and is free once it is released', async () => {
    // Prolonged in time also where this process gets no turn for a second.
    const lock = await holdLock(redis, 'held', 1_500);
    const until = performance.now() + 2_000;
    while (performance.now() < until) expect(await takeLock(redis, 'held', 10_000)).toBeUndefined();
    await lock!.release();
    expect(await takeLock(redis, 'held', 10_000)).toBeDefined();
  });

  it('that another owner has taken is not extended by the former one', async () => {
    const lost = await holdLock(redis, 'lost', 10_000);
    expect(await lost!.prolong()).toBe(true);
    await redis.set('lost', 'of another');
    expect(await lost!.prolong()).toBe(false);
    await lost!.release();
    expect(await redis.get('lost')).toBe('of another');
  });

  it.each([
    ['taken', takeLock],
    ['held', holdLock],
  ])('that Redis gives too late is not kept from others: %s', async (key, lock) => {
    const hasty = await connections.connected(url);
    hasty.options.commandTimeout = 50;
    // Redis sets it after 300 ms, after the command has timed out.
    await redis.call('CLIENT', 'PAUSE', '300', 'WRITE');
    await expect(lock(hasty, `late ${key}`, 3_600_000)).rejects.toThrow();
    hasty.options.commandTimeout = TEST_COMMAND_MS;
    await hasty.ping();
    expect(await lock(redis, `late ${key}`, 10_000)).toBeDefined();
  });
});
