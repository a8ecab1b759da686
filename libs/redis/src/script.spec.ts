import { closeRedis, defineScript, openRedis, type Redis, subscriberOf } from '#libs/redis';
import { createLogger } from '#libs/observe';
import { ownRedisForTests, redisClusterForTests, redisConnections } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const server = await ownRedisForTests();
const onRedis = 'skip' in server ? describe.skip : describe;
const cluster = await redisClusterForTests();
const onCluster = 'skip' in cluster ? describe.skip : describe;

const add = defineScript<number>('add', 1, "return redis.call('INCRBY', KEYS[1], ARGV[1])");
const names = defineScript<string[]>('names', 'any', 'return KEYS');

/** How often a command has been called, by the server's own count. */
async function calls(redis: Redis, command: string): Promise<number> {
  const stats = await redis.info('commandstats');
  return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
}

onRedis('a script', () => {
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

  it('is sent once as a text, and then by its hash', async () => {
    expect(await add(redis, ['sum'], 2)).toBe(2);
    const before = [await calls(redis, 'eval'), await calls(redis, 'evalsha')];
    for (let i = 0; i < 5; i++) await add(redis, ['sum'], 1);
    expect(await redis.get('sum')).toBe('7');
    expect([await calls(redis, 'eval'), await calls(redis, 'evalsha')]).toEqual([before[0], before[1]! + 5]);
  });

  it('is sent again to a server that has lost it, and runs once', async () => {
    await redis.set('lost', 0);
    await add(redis, ['lost'], 1);
    await redis.script('FLUSH');
    expect(await add(redis, ['lost'], 1)).toBe(2);
    expect(await redis.get('lost')).toBe('2');
  });

  it('runs on every connection that it is given', async () => {
    const other = subscriberOf(redis);
    expect(await names(other, ['a'])).toEqual(['a']);
    expect(await names(redis, ['b'])).toEqual(['b']);
    other.disconnect();
  });

  it('takes as many keys as it says', async () => {
    expect(await names(redis, ['a', 'b', 'c'], 'value')).toEqual(['a', 'b', 'c']);
    expect(await names(redis, [])).toEqual([]);
    await expect(add(redis, [], 1)).rejects.toThrow('The script add takes 1 keys, not 0.');
  });

  it('fails with the error of the server', async () => {
    await redis.set('text', 'no number');
    await expect(add(redis, ['text'], 1)).rejects.toThrow('not an integer');
  });
});

onCluster('a script on a cluster', () => {
  const { url, stop } = cluster as { url: string; stop(): Promise<void> };
  let redis: Redis;

  beforeAll(async () => {
    redis = await openRedis(url, createLogger('spec', 'silent'), 5_000);
    await new Promise<void>((resolve) => void redis.once('ready', () => resolve()));
  });
  afterAll(async () => {
    await closeRedis(redis);
    await stop();
  });

  it('runs on the node that has its key', async () => {
    const keys = Array.from({ length: 30 }, (_, i) => `sum${i}`);
    for (const value of [1, 2]) {
      expect(await Promise.all(keys.map((key) => add(redis, [key], 1)))).toEqual(keys.map(() => value));
    }
  });
});
