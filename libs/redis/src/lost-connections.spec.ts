import { afterAll, describe, expect, it } from '@jest/globals';
import { createLogger } from '#libs/observe';
import { closeRedis, offlineTolerant, openRedis, type Redis, subscriberOf } from '#libs/redis';
import { FaultProxy, ownRedisForTests } from '#libs/testing';

const redis = await ownRedisForTests();
const onRedis = 'skip' in redis ? describe.skip : describe;
afterAll(async () => void ('stop' in redis && (await redis.stop())));

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
