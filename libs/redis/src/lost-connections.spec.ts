import { afterAll, describe, expect, it } from '@jest/globals';
import { createLogger } from '#libs/observe';
import { closeRedis, offlineTolerant, openRedis, type Redis, subscriberOf } from '#libs/redis';
import { eventually, FaultProxy, ownRedisForTests, redisClusterForTests } from '#libs/testing';
import { Redis as Connection } from 'ioredis';

const redis = await ownRedisForTests();
const onRedis = 'skip' in redis ? describe.skip : describe;
const cluster = await redisClusterForTests();
afterAll(async () => {
  for (const one of [redis, cluster]) if (!('skip' in one)) await one.stop();
});

/** How long such a connection may owe an answer here, in milliseconds. */
const SILENCE_MS = 300;

/** The arguments of the next such event, whatever errors come before it. */
const next = (client: Redis, event: string) =>
  new Promise<unknown[]>((resolve) => void client.once(event, (...given: unknown[]) => resolve(given)));

onRedis('a connection to Redis that waits for messages', () => {
  it('is replaced if it was lost without notice: of a subscriber, and of a library', async () => {
    const proxy = await FaultProxy.open({ target: new URL((redis as { url: string }).url).host });
    const client = await openRedis(`redis://${proxy.address}`, createLogger('spec', 'silent'));
    client.on('error', () => {});
    const subscriber = subscriberOf(client, SILENCE_MS);
    subscriber.on('error', () => {});
    await subscriber.subscribe('news');
    const message = next(subscriber, 'message');
    const tolerant = offlineTolerant(client, SILENCE_MS);
    const other = tolerant.redis.duplicate();
    await Promise.all([tolerant.redis.ping(), other.ping()]);

    const replaced = [subscriber, tolerant.redis, other].map((one) => next(one, 'ready'));
    const unanswered = tolerant.redis.xread('BLOCK', 100, 'STREAMS', 'stream', '$');
    proxy.loseConnections();
    await Promise.all(replaced);
    expect(await unanswered).toBeNull();
    await tolerant.redis.publish('news', 'heard');
    expect(await message).toEqual(['news', 'heard']);

    tolerant.end();
    subscriber.disconnect();
    await closeRedis(client);
    await proxy.close();
  });
});

onRedis('a subscriber of a cluster', () => {
  it('goes on at another node if its own hangs, and notices', async () => {
    const { url, pids } = cluster as { url: string; pids: number[] };
    const nodes = url
      .slice('redis+cluster://'.length)
      .split(',')
      .map((address) => new Connection(`redis://${address}`));
    const client = await openRedis(url, createLogger('spec', 'silent'));
    client.on('error', () => {});
    const subscriber = subscriberOf(client, SILENCE_MS);
    subscriber.on('error', () => {});
    await subscriber.subscribe('news');
    const hasIt = async (node: Connection) => (await node.pubsub('NUMSUB', 'news'))[1] === 1;
    const has = await Promise.all(nodes.map(hasIt));
    const its = has.indexOf(true);
    expect(its).not.toBe(-1);
    const others = nodes.filter((_, place) => place !== its);
    const [noticed, message] = [next(subscriber, 'ready'), next(subscriber, 'message')];
    process.kill(pids[its]!, 'SIGSTOP');
    try {
      await noticed;
      await eventually(async () => (await Promise.all(others.map(hasIt))).includes(true));
      await others[0]!.publish('news', 'heard');
      expect(await message).toEqual(['news', 'heard']);
    } finally {
      process.kill(pids[its]!, 'SIGCONT');
    }
    for (const node of nodes) node.disconnect();
    subscriber.disconnect();
    await closeRedis(client);
  });
});
