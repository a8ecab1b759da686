import { createServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { orders } from '#libs/contracts';
import { Context, upstreamSettings } from '#libs/upstream';
import { eventually } from '#libs/testing';
import { GrpcClient } from './grpc-client.ts';
import { clientOptions, oneTry } from './policies/upstream.fixture.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const settings = (maxInFlight: number) =>
  upstreamSettings.parse({ ...oneTry, bulkhead: { maxInFlight, maxQueued: 8 } });

/** A server that allows one stream on a connection, whose answers wait until `release`, and a client of it. */
async function held(maxInFlight: number) {
  const sessions: ServerHttp2Session[] = [];
  const waiting: ServerHttp2Stream[] = [];
  const server = createServer({ settings: { maxConcurrentStreams: 1 } });
  server.on('session', (session) => sessions.push(session));
  server.on('stream', (stream: ServerHttp2Stream) => waiting.push(stream));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const client = new GrpcClient([`127.0.0.1:${(server.address() as AddressInfo).port}`], {
    ...clientOptions('orders', settings(maxInFlight)),
    // Short calls could use the connections of streams.
    connections: { maxStreamConnections: 0 },
  });
  cleanups.push(
    () => new Promise((resolve) => server.close(resolve)),
    () => sessions.forEach((session) => session.destroy()),
    () => client.close(),
  );
  const cancelOrder = client.unary(orders.OrdersServiceService.cancelOrder);
  const call = (id: string) => cancelOrder(new Context({ log: { requestId: 'r-1' }, timeoutMs: 30_000 }), { id });
  const reached = async (count: number) => {
    await eventually(() => waiting.length >= count);
  };
  const release = () => {
    for (const stream of waiting.splice(0)) stream.respond({ 'grpc-status': '5' }, { endStream: true });
  };
  return { client, call, reached, release, sessions };
}

describe('a bulkhead that is changed', () => {
  it('allows a gRPC upstream that many connections at once, also for calls that wait', async () => {
    const { client, call, reached, release, sessions } = await held(1);
    const all = ['a', 'b', 'c'].map((id) => call(id).catch(({ code }: { code: string }) => code));
    await reached(1);
    client.apply(settings(3));
    await reached(3);
    expect(sessions).toHaveLength(3);
    release();
    expect(await Promise.all(all)).toEqual(['NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND']);
  });
});
