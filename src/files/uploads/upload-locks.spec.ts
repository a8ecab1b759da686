import type { Redis } from '#libs/redis';
import { ownRedisForTests, redisConnections } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UploadLocks } from './upload-locks.ts';

const server = await ownRedisForTests();
const onRedis = 'skip' in server ? describe.skip : describe;
const here = () => false;

onRedis('the lock of an upload, on two gateways', () => {
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

  it('is held by one request, on whichever gateway', async () => {
    const [one, other] = [new UploadLocks(redis), new UploadLocks(redis)];
    await one.hold('a', here, async () => {
      const second = other.hold('a', here, async () => 'written');
      await expect(second).rejects.toMatchObject({ code: 'LOCKED', headers: { 'retry-after': '1' } });
      await expect(other.refuseWhileHeld('a')).rejects.toMatchObject({ code: 'LOCKED' });
      expect(await other.hold('b', here, async () => 'another')).toBe('another');
    });
    expect(await other.hold('a', here, async () => 'written')).toBe('written');
    await other.refuseWhileHeld('a');
  });

  it('is released by work that fails', async () => {
    const locks = new UploadLocks(redis);
    const failing = locks.hold('c', here, () => Promise.reject(new Error('failed')));
    await expect(failing).rejects.toThrow('failed');
    expect(await new UploadLocks(redis).hold('c', here, async () => 'next')).toBe('next');
  });

  it("is this gateway's own while Redis does not answer", async () => {
    const locks = new UploadLocks(await connections.lost());
    await locks.hold('d', here, async () => {
      await expect(locks.hold('d', here, async () => 'second')).rejects.toMatchObject({ code: 'LOCKED' });
    });
    await locks.refuseWhileHeld('d');
  });
});
