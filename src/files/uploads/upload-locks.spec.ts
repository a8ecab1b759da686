import type { Redis } from '#libs/redis';
import { ownRedisForTests, redisConnections } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { QUICK, SILENT_MS, UploadLocks } from './upload-locks.ts';

const server = await ownRedisForTests();
const onRedis = 'skip' in server ? describe.skip : describe;

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
    await one.hold('a', QUICK, async () => {
      const second = other.hold('a', QUICK, async () => 'written');
      await expect(second).rejects.toMatchObject({ code: 'LOCKED', headers: { 'retry-after': '1' } });
      await expect(other.refuseWhileHeld('a')).rejects.toMatchObject({ code: 'LOCKED' });
      expect(await other.hold('b', QUICK, async () => 'another')).toBe('another');
    });
    expect(await other.hold('a', QUICK, async () => 'written')).toBe('written');
    await other.refuseWhileHeld('a');
  });

  it('is given up by a silent request that one of another gateway asks for', async () => {
    const [one, other] = [new UploadLocks(redis), new UploadLocks(redis)];
    let silentMs = 0;
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    const first = one.hold('e', { isGone: () => false, silentMs: () => silentMs, end }, () => ended);
    const second = () => other.hold('e', QUICK, async () => 'second').catch(({ code }) => code as string);
    let got = await second();
    while (got === 'second') got = await second();
    expect(got).toBe('LOCKED');
    silentMs = SILENT_MS;
    while (got === 'LOCKED') {
      await new Promise((resolve) => setTimeout(resolve, 50));
      got = await second();
    }
    expect(got).toBe('second');
    await first;
  });

  it('is released by work that fails', async () => {
    const locks = new UploadLocks(redis);
    const failing = locks.hold('c', QUICK, () => Promise.reject(new Error('failed')));
    await expect(failing).rejects.toThrow('failed');
    expect(await new UploadLocks(redis).hold('c', QUICK, async () => 'next')).toBe('next');
  });

  it("is this gateway's own while Redis does not answer", async () => {
    const locks = new UploadLocks(await connections.lost());
    await locks.hold('d', QUICK, async () => {
      await expect(locks.hold('d', QUICK, async () => 'second')).rejects.toMatchObject({ code: 'LOCKED' });
    });
    await locks.refuseWhileHeld('d');
  });
});
