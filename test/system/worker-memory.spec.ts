import { freePort, ownRedisForTests } from '#libs/testing';
import { Access } from '#test/support/access';
import { RealProcess } from '#test/support/process';
import { afterAll, describe, expect, it } from '@jest/globals';

/** Below what any worker needs. */
const LOW_BYTES = 67_108_864;

const redis = await ownRedisForTests();
const onRedis = 'skip' in redis ? describe.skip : describe;
afterAll(() => ('skip' in redis ? undefined : redis.stop()));

onRedis('WORKER_MEMORY_BYTES', () => {
  it('is the limit of each worker, by which the first process replaces it', async () => {
    if ('skip' in redis) return;
    const gateway = await RealProcess.start('gateway', {
      WORKERS: '2',
      WORKER_MEMORY_BYTES: `${LOW_BYTES}`,
      REDIS_URL: redis.url,
      JWT_PRIVATE_KEY: new Access().privateKey,
      PORT: `${await freePort()}`,
      ADMIN_PORT: `${await freePort()}`,
    });
    const replaced = await gateway.log.first({ msg: 'a worker uses too much memory: replacing it' });
    expect(replaced).toMatchObject({ memoryBytes: LOW_BYTES, residentBytes: expect.any(Number) });
    await gateway.end('SIGTERM');
  });
});
