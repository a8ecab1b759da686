import { createLogger } from '#libs/observe';
import { SettingsError } from '#libs/process';
import type { Redis } from '#libs/redis';
import { LogLines, ownRedisForTests, redisConnections } from '#libs/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { OneStorage } from './one-storage.ts';
import { redisKeys } from './redis-keys.ts';

const server = await ownRedisForTests();
const onRedis = 'skip' in server ? describe.skip : describe;
const silent = createLogger('spec', 'silent');

onRedis('gateways of one Redis', () => {
  const { url, stop } = server as { url: string; stop(): Promise<void> };
  const connections = redisConnections();
  let redis: Redis;

  beforeAll(async () => {
    redis = await connections.connected(url);
  });
  beforeEach(() => redis.del(redisKeys.storage()));
  afterAll(async () => {
    await connections.close();
    await stop();
  });

  const started = async (identity: string) => {
    const one = new OneStorage(identity, redis, silent, true);
    await one.onApplicationBootstrap();
    one.onApplicationShutdown();
  };

  it('start with the same storage, and with another only when the last one has ended for a minute', async () => {
    await started('file:a');
    await started('file:a');
    await expect(started('file:b')).rejects.toThrow(SettingsError);
    await expect(started('file:b')).rejects.toThrow(
      /STORAGE_URL: names another storage than the running gateways/,
    );
    const left = await redis.pttl(redisKeys.storage());
    expect(left).toBeGreaterThan(50_000);
    expect(left).toBeLessThanOrEqual(60_000);
    await redis.del(redisKeys.storage());
    await started('file:b');
  });

  it('start without an answer of Redis, and log the mistake once it answers', async () => {
    const lines = new LogLines();
    const late = new OneStorage('file:b', await connections.lost(), createLogger('spec', 'info', lines), true);
    await late.onApplicationBootstrap();
    late.onApplicationShutdown();
    await started('file:a');
    await new OneStorage('file:b', redis, createLogger('spec', 'info', lines), true).check();
    expect((await lines.first({ level: 'error' }))['msg']).toContain('names another storage');
  });
});

describe('a gateway without Redis', () => {
  const warnings = async (identity: string, isProduction: boolean) => {
    const lines = new LogLines();
    await new OneStorage(
      identity,
      null,
      createLogger('spec', 'info', lines),
      isProduction,
    ).onApplicationBootstrap();
    return lines.with({ level: 'warn' }).length;
  };

  it('warns in production that nothing checks whether others share its folder', async () => {
    expect(await warnings('file:a', true)).toBe(1);
    expect(await warnings('file:a', false)).toBe(0);
    expect(await warnings('s3://bucket', true)).toBe(0);
  });
});
