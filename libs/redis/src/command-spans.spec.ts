import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { attachSpan, inRequest, Recording } from '#libs/observe';
import { defineScript, type Redis } from '#libs/redis';
import { ownRedisForTests, redisConnections } from '#libs/testing';

const server = await ownRedisForTests();
const onRedis = 'skip' in server ? describe.skip : describe;

const double = defineScript<number>('double', 1, "return redis.call('GET', KEYS[1]) * 2");

onRedis('the commands of a recorded request', () => {
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

  function recorded<T>(body: () => Promise<T>) {
    const recording = new Recording({ requestId: 'r-1', name: 'GET', kind: 'server' }, () => {});
    const log = { requestId: 'r-1' };
    attachSpan(log, recording.root);
    return { recording, done: inRequest(log, body) };
  }

  it('are spans by their name, without keys and values', async () => {
    const { recording, done } = recorded(async () => {
      await redis.set('secret-key', '21');
      await redis.pipeline().incr('secret-key').get('secret-key').exec();
    });
    await done;
    expect(recording.spans.slice(1).map(({ name, kind }) => [name, kind])).toEqual([
      ['SET', 'client'],
      ['INCR', 'client'],
      ['GET', 'client'],
    ]);
    expect(recording.spans[1]!.attributes).toEqual({ 'db.system.name': 'redis', 'db.operation.name': 'SET' });
    expect(recording.spans.every(({ name, endMs }) => name === 'GET' || endMs !== undefined)).toBe(true);
  });

  it('end with the code of the error that Redis answers', async () => {
    await redis.set('word', 'text');
    const { recording, done } = recorded(() => redis.lpush('word', 'a'));
    await expect(done).rejects.toThrow('WRONGTYPE');
    expect(recording.spans[1]).toMatchObject({ name: 'LPUSH', error: 'WRONGTYPE' });
  });

  it('include scripts', async () => {
    await redis.set('sum', '4');
    const { recording, done } = recorded(() => double(redis, ['sum']));
    expect(await done).toBe(8);
    expect(recording.spans[1]!.name).toMatch(/^EVAL(SHA)?$/);
  });

  it('are none where nothing is recorded', async () => {
    expect(await redis.set('a', '1')).toBe('OK');
  });
});
