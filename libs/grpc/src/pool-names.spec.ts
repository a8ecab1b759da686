import { status as Status } from '@grpc/grpc-js';
import { describe, expect, it } from '@jest/globals';
import { dnsForTests, eventually } from '#libs/testing';
import { type Answer, anyCall, grpcServers, hasIpv6, watch } from './pool.fixture.ts';

const dns = dnsForTests();
const { serve, serveAll, poolOf, closedPort } = grpcServers();
const THREE = ['127.0.0.1', '127.0.0.2', '127.0.0.3'];
const records = (ips: readonly string[], ttl = 1) => ips.map((address) => ({ address, ttl }));
const questionsFor = (name: string) =>
  dns.server.questions.filter((question) => question.endsWith(` ${name}`)).length;

type Pool = ReturnType<typeof poolOf>['pool'];
const addressesOf = (pool: Pool) => pool.report().map(({ address }) => address);
const allReady = (pool: Pool, count: number) =>
  pool.report().filter(({ connections }) => connections.some(({ state }) => state === 'READY')).length === count;

async function callUntil(call: () => Promise<unknown>, holds: () => boolean): Promise<void> {
  while (!holds()) {
    await call();
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

describe.each(['http2', 'grpc-js'] as const)('a name over %s', (implementation) => {
  /** A unique name for each test, so that tests do not share records. */
  let count = 0;
  const aName = () => `${implementation}-${(count += 1)}.test`;

  it('sends its calls to all its A and AAAA records', async () => {
    const name = aName();
    const ips = [...THREE, ...((await hasIpv6()) ? ['::1'] : [])];
    const { port, servers } = await serveAll(ips.map((ip) => (ip.includes(':') ? `[${ip}]` : ip)));
    dns.server.set(name, records(ips, 60));
    const { pool, call } = poolOf([`${name}:${port}`], { implementation });
    await callUntil(call, () => allReady(pool, ips.length));
    for (const { calls } of servers) calls.length = 0;
    for (let i = 0; i < ips.length * 10; i += 1) await call();
    expect(servers.map(({ calls }) => calls.length)).toEqual(ips.map(() => 10));
  });

  it('is resolved completely before a call fails because the addresses known so far refuse', async () => {
    const name = aName();
    const { port, calls } = await serve('127.0.0.1:0');
    dns.server.set(name, records(['127.0.0.1'], 60));
    dns.server.delayMs = 100;
    const { call } = poolOf([`127.0.0.1:${await closedPort()}`, `${name}:${port}`], { implementation });
    await Promise.all(Array.from({ length: 40 }, () => call())).finally(() => (dns.server.delayMs = 0));
    expect(calls).toHaveLength(40);
  });

  it('sends no new calls to a removed record, and lets those in flight end', async () => {
    const name = aName();
    const held: (() => void)[] = [];
    const answer: Answer = ({ request }, done) =>
      request === 'hold' ? void held.push(() => done(null, 'held')) : done(null, request);
    const { port, servers } = await serveAll(['127.0.0.1', '127.0.0.2'], answer);
    dns.server.set(name, records(['127.0.0.1', '127.0.0.2']));
    const { pool, call } = poolOf([`${name}:${port}`], { implementation });
    await callUntil(call, () => allReady(pool, 2));
    const underWay = [call('hold'), call('hold'), call('hold'), call('hold')];
    await eventually(() => held.length === 4);
    dns.server.set(name, records(['127.0.0.2']));
    await eventually(() => addressesOf(pool).length === 1);
    for (const { calls } of servers) calls.length = 0;
    for (let i = 0; i < 20; i += 1) await call();
    expect(servers.map(({ calls }) => calls.length)).toEqual([0, 20]);
    for (const end of held) end();
    expect(await Promise.all(underWay)).toEqual(Array(4).fill('held'));
  });

  it('keeps a stream to a removed record', async () => {
    const name = aName();
    const { port, watchers } = await serve('127.0.0.1:0');
    dns.server.set(name, records(['127.0.0.1']));
    const { pool } = poolOf([`${name}:${port}`], { implementation });
    const stream = await pool.serverStream(watch, 'x', anyCall);
    await eventually(() => watchers.length === 1);
    dns.server.set(name, records(['127.0.0.2']));
    await eventually(() => !addressesOf(pool).includes(`127.0.0.1:${port}`));
    watchers[0]!.write('after');
    watchers[0]!.end();
    const messages: string[] = [];
    for await (const message of stream) messages.push(message);
    expect(messages).toEqual(['after']);
  });

  it('sends only a share of its calls to a new record', async () => {
    const name = aName();
    const { port, servers } = await serveAll(THREE);
    dns.server.set(name, records(['127.0.0.1', '127.0.0.2']));
    const { pool, call } = poolOf([`${name}:${port}`], { implementation });
    await callUntil(call, () => allReady(pool, 2));
    dns.server.set(name, records(THREE));
    await callUntil(call, () => allReady(pool, 3));
    for (const { calls } of servers) calls.length = 0;
    for (let i = 0; i < 30; i += 1) await call();
    for (const { calls } of servers) expect(Math.abs(calls.length - 10)).toBeLessThanOrEqual(1);
  });

  it.each(['SERVFAIL', 'NXDOMAIN', 'SILENT'] as const)(
    'keeps its addresses while DNS returns %s',
    async (reply) => {
      const name = aName();
      const { port } = await serve('127.0.0.1:0');
      dns.server.set(name, records(['127.0.0.1']));
      const { call } = poolOf([`${name}:${port}`], { implementation });
      await call();
      const before = questionsFor(name);
      dns.server.set(name, reply);
      await callUntil(call, () => questionsFor(name) >= before + 2);
      expect(await call('x')).toBe('x');
    },
  );

  it('that is unknown fails its calls with its name, and works as soon as DNS answers', async () => {
    const name = aName();
    const { port } = await serve('127.0.0.1:0');
    dns.server.set(name, 'SERVFAIL');
    const { call } = poolOf([`${name}:${port}`], { implementation });
    const failure = { code: Status.UNAVAILABLE, progress: 'unsent', details: expect.stringContaining(name) };
    await expect(call()).rejects.toMatchObject(failure);
    dns.server.set(name, records(['127.0.0.1']));
    let works = false;
    const attempt = async () => {
      works = (await call().catch(() => '')) === 'x';
    };
    await callUntil(attempt, () => works);
  });

  it('of the hosts file works immediately, though no DNS server answers', async () => {
    const { port, calls } = await serve('127.0.0.1:0');
    dns.server.set('localhost', 'SILENT');
    const { call } = poolOf([`localhost:${port}`], { implementation });
    await Promise.all(Array.from({ length: 20 }, () => call()));
    expect([calls.length, questionsFor('localhost')]).toEqual([20, 0]);
  });

  it('with records of both families loses no call if one family cannot be reached', async () => {
    const name = aName();
    const { port, calls } = await serve('127.0.0.1:0');
    dns.server.set(name, records(['::1', 'fd00::dead', '127.0.0.1', '127.0.0.2'], 60));
    const { call } = poolOf([`${name}:${port}`], { implementation });
    await Promise.all(Array.from({ length: 40 }, () => call()));
    for (let i = 0; i < 40; i += 1) await call();
    expect(calls).toHaveLength(80);
  });

  it('of SRV records sends its calls to the ports of the best priority, and to the next while those are down', async () => {
    const name = aName();
    const best = await serve('127.0.0.1:0');
    const spare = await serve('127.0.0.2:0');
    dns.server.set(`best.${name}`, records(['127.0.0.1'], 60));
    dns.server.set(`spare.${name}`, records(['127.0.0.2'], 60));
    dns.server.set(`_grpc._tcp.${name}`, [
      { target: `spare.${name}`, port: spare.port, priority: 20, weight: 100 },
      { target: `best.${name}`, port: best.port, priority: 10 },
    ]);
    const { call } = poolOf([`srv:_grpc._tcp.${name}`], { implementation });
    await Promise.all(Array.from({ length: 40 }, () => call()));
    expect([best.calls.length, spare.calls.length]).toEqual([40, 0]);
    best.stop();
    const idempotent = () => call('x', { isIdempotent: true });
    // The first call may be sent on the closing connection.
    await idempotent().catch(() => {});
    for (let i = 0; i < 20; i += 1) await idempotent();
    expect(spare.calls.length).toBeGreaterThanOrEqual(20);
    const again = await serve(`127.0.0.1:${best.port}`);
    await callUntil(idempotent, () => again.calls.length > 0);
    spare.calls.length = 0;
    for (let i = 0; i < 20; i += 1) await idempotent();
    expect(spare.calls).toEqual([]);
  });

  it('of an SRV record for a missing service fails its calls with its name', async () => {
    const name = aName();
    dns.server.set(`_grpc._tcp.${name}`, [{ target: '.', port: 0 }]);
    const { call } = poolOf([`srv:_grpc._tcp.${name}`], { implementation });
    const details = expect.stringContaining(`_grpc._tcp.${name} has no addresses`);
    await expect(call()).rejects.toMatchObject({ code: Status.UNAVAILABLE, progress: 'unsent', details });
  });
});
