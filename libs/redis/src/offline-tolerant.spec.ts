import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLogger } from '#libs/observe';
import { closeRedis, openRedis, offlineTolerant, type Redis } from '#libs/redis';
import { ownRedisForTests } from '#libs/testing';

const probe = await ownRedisForTests();
const onRedis = 'skip' in probe ? describe.skip : describe;

/** Whatever errors there are. */
const closed = (one: Redis) => new Promise<void>((resolve) => void one.once('close', () => resolve()));

onRedis('a connection that never fails', () => {
  let server = probe as { url: string; stop(): Promise<void> };
  let redis: Redis;
  beforeAll(async () => {
    redis = await openRedis(server.url, createLogger('spec', 'silent'));
  });
  afterAll(async () => {
    await closeRedis(redis);
    await server.stop();
  });

  it('answers commands sent before and during an outage once Redis is back', async () => {
    const { redis: tolerant, end } = offlineTolerant(redis);
    await tolerant.set('key', 'value');
    const news = tolerant.xread('BLOCK', 0, 'STREAMS', 'news', '0');
    const other = tolerant.duplicate();
    await other.ping();
    await server.stop();
    const [written, read] = [other.xadd('news', '*', 'is', 'told'), other.get('key')];
    server = (await ownRedisForTests(Number(new URL(server.url).port))) as typeof server;
    expect(await written).toMatch(/^\d+-\d+$/);
    expect(await read).toBeNull();
    expect(await news).toMatchObject([['news', [[expect.any(String), expect.any(Array)]]]]);
    end();
  });

  it('writes to no other database than that of its address, by no duplicate either', async () => {
    const nowhere = await openRedis(`${server.url}/99`, createLogger('spec', 'silent'));
    const { redis: tolerant, end } = offlineTolerant(nowhere);
    const other = tolerant.duplicate();
    for (const [n, one] of [tolerant, other].entries()) void one.set(`elsewhere ${n}`, 'value');
    for (const one of [tolerant, other]) for (let tries = 0; tries < 3; tries += 1) await closed(one);
    expect(await redis.exists('elsewhere 0', 'elsewhere 1')).toBe(0);
    end();
    await closeRedis(nowhere);
  });

  it('closes with all its duplicates, and pending commands do not crash the process', async () => {
    const { redis: tolerant, end } = offlineTolerant(redis);
    const other = tolerant.duplicate();
    await Promise.all([tolerant.ping(), other.ping()]);
    const ended = [tolerant, other].map((one) => once(one, 'end'));
    void tolerant.xread('BLOCK', 0, 'STREAMS', 'nothing', '$');
    void other.subscribe('nothing');
    end();
    void other.publish('nothing', 'x');
    await Promise.all(ended);
    expect([tolerant.status, other.status]).toEqual(['end', 'end']);
  });
});
