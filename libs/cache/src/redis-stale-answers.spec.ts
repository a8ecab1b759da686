import { eventually, ownRedisForTests } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aRequest } from './port.fixture.ts';
import { SharingGateways, untilInRedis } from './redis-tier.fixture.ts';

const server = await ownRedisForTests();
const onRedis = 'skip' in server ? describe.skip : describe;

/** How long entries are fresh, in seconds; `staleIfError` lets them be used for much longer. */
const TTL = 0.1;
const SHORT = { ttl: TTL, staleWhileRevalidate: 0 };
const expired = () => new Promise((resolve) => void setTimeout(resolve, TTL * 1_000 + 10));

onRedis('where gateways share a cache and the upstream hangs', () => {
  let gateways: SharingGateways;
  beforeAll(() => void (gateways = new SharingGateways((server as { url: string }).url)));
  afterAll(async () => {
    await gateways.close();
    await (server as { stop(): Promise<void> }).stop();
  });

  it('answers stale both the gateway that calls and those that wait for it', async () => {
    const all = await Promise.all([1, 2, 3].map(() => gateways.open('hung:', SHORT)));
    for (const { things } of all) await things.like(aRequest(), 't1', 5);
    await expired();
    for (const { upstream } of all) upstream.gate = new Promise(() => {});
    const ages = await Promise.all(
      all.map(async ({ things }) => {
        const context = aRequest('u1', 60_000);
        await things.like(context, 't1', 5);
        return context.staleAgeSeconds;
      }),
    );
    expect(ages).toEqual(all.map(() => expect.any(Number)));
  });

  it("uses a caller's own stale entry, which is in Redis alone", async () => {
    const gateway = await gateways.open('own:', SHORT);
    await gateway.things.mine(aRequest());
    await untilInRedis(async () => (await gateway.redis.exists('own:e:things.mine u1  []')) === 1);
    await expired();
    gateway.upstream.gate = new Promise(() => {});
    // More than once: a busy machine may keep Redis from answering in time.
    await untilInRedis(async () => {
      const context = aRequest('u1', 1_000);
      await gateway.things.mine(context);
      return context.staleAgeSeconds !== undefined;
    });
    expect(gateway.store.memory.size).toBe(0);
  });

  it('answers a stale entry of Redis at once, and refreshes it', async () => {
    const [one, other] = [await gateways.open('swr:', { ttl: TTL }), await gateways.open('swr:', { ttl: TTL })];
    await one.things.mine(aRequest());
    await untilInRedis(async () => (await one.redis.exists('swr:e:things.mine u1  []')) === 1);
    await expired();
    await untilInRedis(async () => {
      const [thing] = await other.things.mine(aRequest());
      return thing!.answer === 1;
    });
    await eventually(() => other.upstream.calls.length >= 1);
  });
});
