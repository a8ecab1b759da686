import { type Redis, takeLock } from '#libs/redis';
import { ownRedisForTests, redisConnections } from '#libs/testing';
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

  it('is had by one of a hundred, until it is released', async () => {
    const taken = await Promise.all(Array.from({ length: 100 }, () => takeLock(redis, 'one', 10_000)));
    const [release] = taken.filter((one) => one !== undefined);
    expect(taken.filter((one) => one !== undefined)).toHaveLength(1);
    await release!();
    expect(await takeLock(redis, 'one', 10_000)).toBeDefined();
  });

  it('is free again after its time, and then not released by who had it', async () => {
    const late = await takeLock(redis, 'short', 1);
    let next: Awaited<ReturnType<typeof takeLock>>;
    while (!next) next = await takeLock(redis, 'short', 10_000);
    await late!();
    expect(await takeLock(redis, 'short', 10_000)).toBeUndefined();
  });
});
