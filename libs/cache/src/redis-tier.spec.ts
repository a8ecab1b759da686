import { eventually, freePort, ownRedisForTests } from '#libs/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { aRequest } from './port.fixture.ts';
import { COMMAND_MS, SharingGateways, untilInRedis } from './redis-tier.fixture.ts';

const probe = await ownRedisForTests();
if ('stop' in probe) await probe.stop();
const onRedis = 'skip' in probe ? describe.skip : describe;

type Server = { url: string; pid: number; stop(): Promise<void> };

let server: Server;
let gateways: SharingGateways;
const aGateway = (prefix?: string) => gateways.open(prefix);

onRedis('a memory that gateways share', () => {
  beforeEach(async () => {
    server = (await ownRedisForTests()) as Server;
    gateways = new SharingGateways(server.url);
  });
  afterEach(async () => {
    await gateways.close();
    await server.stop();
  });

  it('answers one gateway with what another has cached', async () => {
    const [one, other] = [await aGateway(), await aGateway()];
    const [thing] = await one.things.byIds(aRequest(), ['t1']);
    await untilInRedis(async () => (await one.redis.exists('spec:e:things.byIds  t1')) === 1);
    expect(await other.things.byIds(aRequest(), ['t1', 't2'])).toEqual([thing, { id: 't2', answer: 1 }]);
    expect(other.upstream.calls).toEqual(['byIds t2 for u1']);
  });

  it('compresses large entries, and skips those that are too large', async () => {
    const [one, other] = [await aGateway(), await aGateway()];
    const many = (count: number) => Array.from({ length: count }, (_, i) => `thing-${i}`);
    for (const gateway of [one, other]) {
      gateway.upstream.like = async (_, id, first) => {
        gateway.upstream.calls.push(id);
        return many(first).map((name) => ({ id: name, answer: 1 }));
      };
    }
    const large = await one.things.like(aRequest(), 'large', 5_000);
    const key = 'spec:e:things.like  ["large",5000]';
    await untilInRedis(async () => (await one.redis.exists(key)) === 1);
    expect(await one.redis.strlen(key)).toBeLessThan(JSON.stringify(large).length / 2);
    expect(await other.things.like(aRequest(), 'large', 5_000)).toEqual(large);
    expect(other.upstream.calls).toEqual([]);
    await one.things.like(aRequest(), 'huge', 50_000);
    await other.things.like(aRequest(), 'huge', 50_000);
    expect(other.upstream.calls).toEqual(['huge']);
  });

  it('is fetched by one gateway only if two miss it at once', async () => {
    const [one, other] = [await aGateway(), await aGateway()];
    const gate = Promise.withResolvers<void>();
    one.upstream.gate = other.upstream.gate = gate.promise;
    const pending = [one, other].map(({ things }) => things.like(aRequest(), 't1', 5));
    await eventually(() => one.upstream.calls.length + other.upstream.calls.length > 0);
    gate.resolve();
    const [first, second] = await Promise.all(pending);
    expect(first).toEqual(second);
    expect([...one.upstream.calls, ...other.upstream.calls]).toEqual(['like t1 5']);
  });

  it('is fetched by the second gateway too if the first takes too long', async () => {
    const [one, other] = [await aGateway(), await aGateway()];
    one.upstream.gate = new Promise(() => {});
    const hanging = one.things.like(aRequest('u1', 1_000), 't1', 5).catch(() => undefined);
    await eventually(() => one.upstream.calls.length === 1);
    expect(await other.things.like(aRequest(), 't1', 5)).toHaveLength(1);
    await hanging;
  });

  it('is invalidated in all gateways at once: a caller reads their own write from another gateway', async () => {
    const [one, other] = [await aGateway(), await aGateway()];
    for (let i = 0; i < 50; i += 1) {
      const before = (await other.things.mine(aRequest()))[0]!;
      await one.store.invalidate(['of:u1']);
      const [after] = await other.things.mine(aRequest());
      expect(after!.answer).toBeGreaterThan(before.answer);
    }
  });

  it('is invalidated in the first tier of other gateways, too', async () => {
    const [one, other] = [await aGateway(), await aGateway()];
    await other.things.byIds(aRequest(), ['t1']);
    await one.things.change(aRequest(), 't1');
    await eventually(() => other.store.memory.size === 0);
    await other.things.byIds(aRequest(), ['t1']);
    expect(other.upstream.calls).toHaveLength(2);
  });

  it('does not store an answer requested before another gateway invalidated it', async () => {
    const [one, other] = [await aGateway(), await aGateway()];
    const gate = Promise.withResolvers<void>();
    one.upstream.gate = gate.promise;
    const pending = one.things.mine(aRequest());
    await eventually(() => one.upstream.calls.length === 1);
    await other.store.invalidate(['of:u1']);
    gate.resolve();
    await pending;
    await other.things.mine(aRequest());
    expect(other.upstream.calls).toHaveLength(1);
  });

  it('is not shared with a gateway whose view classes differ', async () => {
    const [one, other] = [await aGateway('v1:'), await aGateway('v2:')];
    await one.things.byIds(aRequest(), ['t1']);
    await untilInRedis(async () => (await one.redis.exists('v1:e:things.byIds  t1')) === 1);
    await other.things.byIds(aRequest(), ['t1']);
    expect(other.upstream.calls).toHaveLength(1);
  });

  it('works without waiting while Redis is full, read-only or emptied', async () => {
    const { things, upstream, redis } = await aGateway();
    await things.mine(aRequest());
    await redis.flushall();
    await things.mine(aRequest());
    expect(upstream.calls).toHaveLength(2);
    await redis.config('SET', 'maxmemory', '1');
    await redis.config('SET', 'maxmemory-policy', 'noeviction');
    await things.mine(aRequest('u2'));
    await things.change(aRequest(), 't1');
    await redis.config('SET', 'maxmemory', '0');
    await redis.replicaof('127.0.0.1', String(await freePort()));
    await things.mine(aRequest('u3'));
    await redis.replicaof('NO', 'ONE');
    await things.mine(aRequest('u4'));
    expect(upstream.calls.filter((what) => what.startsWith('mine'))).toHaveLength(5);
  });

  it('delays only the first request, and briefly, while Redis hangs, and uses it again once it responds', async () => {
    const { things, tier } = await aGateway();
    await things.mine(aRequest());
    process.kill(server.pid, 'SIGSTOP');
    try {
      const took: number[] = [];
      for (let i = 0; i < 20; i += 1) {
        const startedAt = performance.now();
        expect(await things.mine(aRequest())).toHaveLength(1);
        took.push(performance.now() - startedAt);
      }
      expect(took.filter((ms) => ms > COMMAND_MS / 2).length).toBeLessThanOrEqual(1);
    } finally {
      process.kill(server.pid, 'SIGCONT');
    }
    await eventually(() => tier.isUp);
  });

  it('publishes invalidations made while Redis was away as soon as it is back', async () => {
    const [one, other] = [await aGateway(), await aGateway()];
    await one.things.mine(aRequest());
    await untilInRedis(async () => (await one.redis.exists('spec:e:things.mine u1  []')) === 1);
    process.kill(server.pid, 'SIGSTOP');
    await one.store.invalidate(['of:u1']);
    process.kill(server.pid, 'SIGCONT');
    await eventually(() => one.tier.isUp);
    await eventually(() => other.tier.isUp);
    const [thing] = await other.things.mine(aRequest());
    expect(other.upstream.calls).toHaveLength(1);
    expect(thing).toBeDefined();
  });
});
