import { once } from 'node:events';
import { constants, createServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { orders } from '#libs/contracts';
import { connectionSettings } from '#libs/grpc';
import { FaultProxy } from '#libs/testing';
import { Context } from '#libs/upstream';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { GrpcClient } from './grpc-client.ts';
import { rpc } from './grpc-upstream.fixture.ts';
import { clientOptions, oneTry } from './policies/upstream.fixture.ts';

jest.setTimeout(60_000);

const aContext = (timeoutMs = 30_000) => new Context({ log: { requestId: 'r-1' }, timeoutMs });
const frame = (message: Uint8Array) => Buffer.concat([Buffer.from([0, 0, 0, 0, message.length]), message]);
const order = frame(orders.CancelOrderResponse.encode({ order: orders.Order.fromPartial({ id: 'o1' }) }).finish());
const move = frame(
  orders.WatchOrderResponse.encode(orders.WatchOrderResponse.fromPartial({ sequence: 7 })).finish(),
);
const HEADERS = { ':status': 200, 'content-type': 'application/grpc' } as const;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  jest.useRealTimers();
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A server of HTTP/2: cancelling an order is answered at once unless it is `hung`, a watch is kept. */
async function aServer() {
  const server = createServer();
  const its = { isHung: false, sessions: [] as ServerHttp2Session[], watches: [] as ServerHttp2Stream[] };
  server.on('session', (session) => void its.sessions.push(session));
  server.on('stream', (stream: ServerHttp2Stream, headers) => {
    stream.on('error', () => {});
    server.emit('call');
    if (headers[':path']!.endsWith('/WatchOrder')) return void its.watches.push(stream);
    if (its.isHung) return;
    stream.respond(HEADERS, { waitForTrailers: true });
    stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(order);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  cleanups.push(() => {
    for (const session of its.sessions) session.destroy();
    server.close();
  });
  return { server, its, address: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function clientOf(address: string, settings: object, connections: object = {}) {
  const client = new GrpcClient([address], { ...clientOptions('orders', settings), connections });
  cleanups.push(() => client.close());
  return client;
}

describe('ten reads one after the other, where the connection is lost and neither side knows', () => {
  it.each([
    ['with policies', {}, false],
    ['with policies, beside a watch', {}, true],
    ['with one try', oneTry, false],
    ['with one try, beside a watch', oneTry, true],
  ])('wait for it once: %s', async (_, settings, isWatched) => {
    const { its, address } = await aServer();
    const proxy = await FaultProxy.open({ target: address });
    cleanups.push(() => proxy.close());
    const client = clientOf(proxy.address, settings);
    const read = client.unary(rpc, { isSafe: true, isIdempotent: true });
    await read(aContext(), { id: 'o1' });
    if (isWatched) {
      const watch = await client.stream(orders.OrdersServiceService.watchOrder)(aContext(), {
        id: 'o1',
        afterSequence: 0,
      });
      watch.opened?.catch(() => {});
      cleanups.push(() => watch.close());
    }
    proxy.loseConnections();
    // Those that went out on the lost connection fail or come late, however busy this machine is; the others have a new one.
    const onLost: number[] = [];
    for (let i = 0; i < 10; i += 1) {
      const sessions = its.sessions.length;
      const result = await read(aContext(), { id: 'o1' }).then(
        () => 'answered',
        () => 'failed',
      );
      if (its.sessions.length > sessions || result === 'failed') onLost.push(i);
    }
    expect(onLost.filter((i) => i > 1)).toEqual([]);
    expect(its.sessions.length).toBeGreaterThan(1);
  });
});

describe('a server that complains of too many pings', () => {
  it('is pinged half as often over the next connection', async () => {
    const { server, its, address } = await aServer();
    its.isHung = true;
    const client = clientOf(address, oneTry, { probeAfterMs: 100 });
    const call = client.unary(rpc);
    const pingedAfterMs = async () => {
      const pinged = new Promise<ServerHttp2Session>((resolve) => {
        server.once('session', (session) => session.once('ping', () => resolve(session)));
      });
      const startedAt = performance.now();
      const context = aContext();
      const hung = call(context, { id: 'o1' }).catch(() => {});
      const session = await pinged;
      const afterMs = performance.now() - startedAt;
      session.goaway(constants.NGHTTP2_ENHANCE_YOUR_CALM, 0, Buffer.from('too_many_pings'));
      session.destroy();
      context.end();
      await hung;
      return afterMs;
    };
    for (const min of [100, 200, 400]) expect(await pingedAfterMs()).toBeGreaterThanOrEqual(min - 1);
  });
});

describe('a watch on which the server says nothing for a day', () => {
  it('is kept by its pings, and has the first message that comes, headers and all', async () => {
    const { its, address } = await aServer();
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
    const client = clientOf(address, oneTry);
    const watch = client.stream(orders.OrdersServiceService.watchOrder);
    const opening = watch(aContext(), { id: 'o1', afterSequence: 0 });
    while (!its.watches.length) await new Promise(setImmediate);
    const [session] = its.sessions;
    let pings = 0;
    session!.on('ping', () => (pings += 1));
    /** The server's own PING comes back once the answer to the client's has been read: they go in order. */
    const answered = async (total: number) => {
      while (pings < total) await new Promise(setImmediate);
      await new Promise((resolve) => session!.ping(resolve));
    };
    const { probeAfterMs, keepaliveMs } = connectionSettings;
    jest.advanceTimersByTime(probeAfterMs);
    const stream = await opening;
    await answered(1);
    const keepalives = Math.ceil(86_400_000 / keepaliveMs);
    for (let n = 1; n <= keepalives; n += 1) {
      jest.advanceTimersByTime(keepaliveMs - 1);
      expect(pings).toBe(n);
      jest.advanceTimersByTime(1);
      await answered(n + 1);
    }
    jest.useRealTimers();
    expect(its.sessions).toHaveLength(1);
    its.watches[0]!.respond(HEADERS);
    its.watches[0]!.write(move);
    for await (const { sequence } of stream) {
      expect(sequence).toBe(7);
      break;
    }
  });
});
