import { once } from 'node:events';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger } from '#libs/observe';
import { closeRedis, duplicateOf, openRedis, type Redis, type RedisTls } from '#libs/redis';
import { tlsRedisForTests } from '#libs/testing';

const server = await tlsRedisForTests();
const onRedis = 'skip' in server ? describe.skip : describe;
afterAll(async () => {
  if (!('skip' in server)) await server.stop();
});

onRedis('a server with a certificate of an authority of its own', () => {
  const { url, tls } = server as { url: string; tls: RedisTls };
  let log: unknown[];
  let redis: Redis;
  beforeEach(() => void (log = []));
  afterEach(() => closeRedis(redis));
  const open = async (own: RedisTls) => {
    const write = (line: string) => void log.push(JSON.parse(line));
    return (redis = await openRedis(url, createLogger('spec', 'info', { write }), 2_000, own));
  };

  it('is trusted by that authority, and trusts the client by its certificate', async () => {
    const client = await open(tls);
    await once(client, 'ready');
    expect(await client.set('key', 'kept')).toBe('OK');
    const duplicate = duplicateOf(client, { enableOfflineQueue: true });
    expect(await duplicate.get('key')).toBe('kept');
    await closeRedis(duplicate);
  });

  it('is not trusted without it', async () => {
    const client = await open({ ...tls, ca: undefined });
    const closed = new Promise((resolve) => void client.once('close', resolve));
    await closed;
    expect(log).toMatchObject([{ msg: 'redis lost', reason: expect.stringContaining('certificate') }]);
  });
});
