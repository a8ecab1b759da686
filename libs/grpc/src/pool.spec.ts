import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { status as Status } from '@grpc/grpc-js';
import { describe, expect, it } from '@jest/globals';
import { GrpcFailure } from './failure.ts';
import { type Answer, grpcServers, hasIpv6 } from './pool.fixture.ts';
import { eventually } from '#libs/testing';

const { serve, serveAll, poolOf, closedPort } = grpcServers();

/** A loopback address of each family that this machine has. */
const hosts = ['127.0.0.1', ...((await hasIpv6()) ? ['[::1]'] : [])];

const failureOf = (call: Promise<unknown>): Promise<GrpcFailure> =>
  call.then(
    () => Promise.reject(new Error('the call did not fail')),
    (error: GrpcFailure) => error,
  );

describe.each(['http2', 'grpc-js'] as const)('a pool of addresses over %s', (implementation) => {
  it('sends a call, also a write, transparently to another address if one refuses connections', async () => {
    const { port, calls } = await serve('127.0.0.1:0');
    const { pool, call } = poolOf([`127.0.0.2:${port}`, `127.0.0.3:${port}`, `127.0.0.1:${port}`], {
      implementation,
    });
    const texts = Array.from({ length: 40 }, (_, i) => String(i));
    expect(await Promise.all(texts.map((text) => call(text)))).toEqual(texts);
    expect(calls.toSorted()).toEqual(texts.toSorted());
    expect(pool.stats.transparentRetries).toBe(0);
  });

  it('fails a call once, as unsent, if no address accepts connections', async () => {
    const port = await closedPort();
    const { call } = poolOf([`127.0.0.2:${port}`, `127.0.0.3:${port}`], { implementation });
    const failure = await failureOf(call());
    expect(failure).toBeInstanceOf(GrpcFailure);
    expect(failure).toMatchObject({ code: Status.UNAVAILABLE, progress: 'unsent', isTransient: true });
    expect(failure.details).toContain('ECONNREFUSED');
  });

  it('uses an address again that becomes reachable, without calls in between', async () => {
    const { port, calls } = await serve('127.0.0.1:0');
    const { call } = poolOf([`127.0.0.1:${port}`, `127.0.0.2:${port}`], { implementation });
    await call();
    const second = await serve(`127.0.0.2:${port}`);
    await callUntil(call, () => second.calls.length > 0);
    expect(calls.length).toBeGreaterThan(0);
  });

  it('does not retry a call that a server answered with UNAVAILABLE, which is up to the policies', async () => {
    const refuse: Answer = (_, done) => done({ code: Status.UNAVAILABLE, details: 'unavailable' });
    const { port, servers } = await serveAll(['127.0.0.1', '127.0.0.2'], refuse);
    const { call } = poolOf([`127.0.0.1:${port}`, `127.0.0.2:${port}`], { implementation });
    expect(await failureOf(call('x', { isIdempotent: true }))).toMatchObject({
      progress: 'sent',
      details: 'unavailable',
    });
    expect(servers.flatMap(({ calls }) => calls)).toEqual(['x']);
  });

  it('distributes sequential calls by weight', async () => {
    const { port, servers } = await serveAll(['127.0.0.1', '127.0.0.2', '127.0.0.3']);
    const { call, pool } = poolOf(
      [`127.0.0.1:${port};weight=10`, `127.0.0.2:${port};weight=5`, `127.0.0.3:${port}`],
      { implementation },
    );
    await callUntil(call, () => allReady(pool));
    for (const { calls } of servers) calls.length = 0;
    for (let i = 0; i < 160; i += 1) await call();
    expect(servers.map(({ calls }) => calls.length)).toEqual([100, 50, 10]);
  });

  it('distributes concurrent calls by weight', async () => {
    const held: (() => void)[] = [];
    const hold: Answer = ({ request }, done) =>
      request === 'now' ? done(null, '') : void held.push(() => done(null, ''));
    const { port, servers } = await serveAll(['127.0.0.1', '127.0.0.2', '127.0.0.3'], hold);
    const { call, pool } = poolOf(
      [`127.0.0.1:${port};weight=10`, `127.0.0.2:${port};weight=5`, `127.0.0.3:${port}`],
      { implementation },
    );
    await callUntil(
      () => call('now'),
      () => allReady(pool),
    );
    for (const { calls } of servers) calls.length = 0;
    const all = Array.from({ length: 160 }, () => call());
    await eventually(() => held.length === 160);
    expect(servers.map(({ calls }) => calls.length)).toEqual([100, 50, 10]);
    for (const answer of held) answer();
    await Promise.all(all);
  });

  it('calls a server on a Unix socket', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'grpc-'));
    const { calls } = await serve(`unix:${folder}/orders.sock`);
    const { call, pool } = poolOf([`unix:${folder}/orders.sock`], { implementation });
    expect([await call('x'), calls]).toEqual(['x', ['x']]);
    expect(pool.report()).toMatchObject([
      { address: `unix:${folder}/orders.sock`, connections: [{ state: 'READY' }] },
    ]);
    await rm(folder, { recursive: true });
  });

  it.each(hosts)('calls a server on %s', async (host) => {
    const { port } = await serve(`${host}:0`);
    const { call, pool } = poolOf([`${host}:${port}`], { implementation });
    expect(await call('x')).toBe('x');
    expect(pool.report()).toMatchObject([{ address: `${host}:${port}` }]);
  });

  it('loses no call to localhost, though its server listens on one family only', async () => {
    const { port, calls } = await serve('127.0.0.1:0');
    const { call } = poolOf([`localhost:${port}`, `[::1]:${port}`], { implementation });
    await Promise.all(Array.from({ length: 40 }, () => call()));
    expect(calls).toHaveLength(40);
  });

  it('ends a cancelled call, during the look-up of its address and before it is sent', async () => {
    const { call } = poolOf(['srv:_grpc._tcp.nobody.invalid'], { implementation });
    let end = () => {};
    const ended = call('x', { until: { onEnd: (listener) => ((end = listener), () => {}) } });
    end();
    expect(await failureOf(ended)).toMatchObject({ code: Status.CANCELLED, progress: 'unsent' });
  });

  it('accepts no call once it is closed', async () => {
    const { port } = await serve('127.0.0.1:0');
    const { call, pool } = poolOf([`127.0.0.1:${port}`], { implementation });
    await call();
    pool.close();
    expect(await failureOf(call())).toMatchObject({ code: Status.UNAVAILABLE, isTransient: false });
  });
});

const allReady = (pool: ReturnType<typeof poolOf>['pool']): boolean =>
  pool.report().every(({ connections }) => connections.some(({ state }) => state === 'READY'));

async function callUntil(call: () => Promise<unknown>, holds: () => boolean): Promise<void> {
  while (!holds()) await call();
}
