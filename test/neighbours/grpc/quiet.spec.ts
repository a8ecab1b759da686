/** @alone Its servers count pings in seconds that are scaled down 1:60. */
import { once } from 'node:events';
import { type ClientHttp2Session, connect, constants } from 'node:http2';
import { setTimeout as wait } from 'node:timers/promises';
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { orders } from '#libs/contracts';
import { FaultProxy } from '#libs/testing';
import { describeWith } from '#test/support/neighbours/describe-with';
import { note } from '#test/support/neighbours/figures';
import * as programs from '#test/support/neighbours/programs';
import { endedAfterEach } from '#test/support/neighbours/cleanups';
import { allClients, isGrpcJs, ours, SCALED_KEEPALIVE, wire } from './clients.ts';
import { describeCore } from './servers/makes.ts';
import { grpcio, type ServerFlags } from './servers/servers.ts';
import { WorkFile } from './work-file.ts';

jest.setTimeout(90_000);

const { OrdersServiceService: rpc } = orders;

/** C core takes a ping every 5 minutes where nothing is sent; here both sides are 60 times as fast. */
const MIN_PING_INTERVAL_MS = (5 * 60_000) / 60;

/** More than four pings of a client that keeps to that; the third that comes too soon would end the connection. */
const QUIET_MS = 4.4 * MIN_PING_INTERVAL_MS;

/** A read that is this late has waited for a connection that is lost, in milliseconds. */
const SLOW_MS = 1_000;

/** How often a server pings by itself, in milliseconds. */
const SERVER_PING_MS = 300;

/** What becomes of a quiet stream of every client, and the moves that came on it. */
async function quietStreams(address: string, forMs: number, atEnd: (end: () => unknown) => void) {
  const clients = allClients(address, SCALED_KEEPALIVE);
  atEnd(() => Promise.all(clients.map((client) => client.close())));
  const watched = clients.map(async (client) => {
    const stream = await client.stream(rpc.watchOrder, { id: 'quiet', afterSequence: 0 });
    const moves: unknown[] = [];
    const reading = (async () => {
      for await (const { sequence } of stream) moves.push(sequence);
      return 'ended';
    })();
    const outcome = await Promise.race([reading.catch(String), wait(forMs, 'lives')]);
    stream.close();
    await reading.catch(() => {});
    return [client.name, outcome, moves];
  });
  return Promise.all(watched);
}

/** A connection of Node's client with a quiet stream. */
function rawQuietStream(address: string, atEnd: (end: () => unknown) => void): ClientHttp2Session {
  const session = connect(`http://${address}`);
  atEnd(() => session.destroy());
  session.on('error', () => {});
  const stream = session.request({
    ':method': 'POST',
    ':path': rpc.watchOrder.path,
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  stream.on('error', () => {});
  // Seven bytes, behind the five that say so.
  stream.write(
    Buffer.concat([
      Buffer.from([0, 0, 0, 0, 7]),
      rpc.watchOrder.requestSerialize({ id: 'quiet', afterSequence: 0 }),
    ]),
  );
  return session;
}

const ALL_LIVE = ['ours', 'wire', 'grpc-js'].map((name) => [name, 'lives', [1]]);

describeCore(({ start }) => {
  const atEnd = endedAfterEach();
  const started = async (flags: Partial<ServerFlags>) => {
    const work = new WorkFile();
    atEnd(() => work.remove());
    const shop = await start({ work: work.path, ...flags });
    atEnd(() => shop.end());
    return shop;
  };

  it('that counts pings leaves a quiet stream alone for longer than the keepalive time', async () => {
    const { address } = await started({ minPingIntervalMs: MIN_PING_INTERVAL_MS });
    expect(await quietStreams(address, QUIET_MS, atEnd)).toEqual(ALL_LIVE);
  });

  it('that pings by itself gets an answer on a quiet stream each time', async () => {
    const { address } = await started({ keepaliveMs: SERVER_PING_MS });
    const session = rawQuietStream(address, atEnd);
    for (let ping = 0; ping < 3; ping += 1) await once(session, 'ping');
    expect(await quietStreams(address, 10 * SERVER_PING_MS, atEnd)).toEqual(ALL_LIVE);
  });
});

describeWith([programs.grpcio], 'a server of grpcio that counts pings', () => {
  const atEnd = endedAfterEach();
  let work: WorkFile;

  beforeEach(() => {
    work = new WorkFile();
    atEnd(() => work.remove());
  });

  const started = async () => {
    const shop = await grpcio({ work: work.path, minPingIntervalMs: MIN_PING_INTERVAL_MS });
    atEnd(() => shop.end());
    return shop;
  };

  it('ends a connection that pings too often', async () => {
    const { address } = await started();
    const session = rawQuietStream(address, atEnd);
    const pings = setInterval(() => session.ping(() => {}), 300);
    atEnd(() => clearInterval(pings));
    const [code, , data] = (await once(session, 'goaway')) as [number, number, Buffer];
    expect([code, data.toString()]).toEqual([constants.NGHTTP2_ENHANCE_YOUR_CALM, 'too_many_pings']);
  });

  // grpc-js pings at its keepalive time, however long an answer takes.
  (isGrpcJs ? describe.skip : describe)('and whose connection is lost', () => {
    it.each([
      ['ours', ours],
      ['wire', wire],
    ])('is behind a connection that is lost without a word: of ten reads one is slow: %s', async (_name, make) => {
      const { address } = await started();
      const proxy = await FaultProxy.open({ target: address });
      atEnd(() => proxy.close());
      const client = make([proxy.address]);
      atEnd(() => client.close());
      await client.unary(rpc.batchGetOrders, { ids: ['o0'] });
      proxy.loseConnections();
      const failedAs: Record<string, number> = {};
      let late = 0;
      const begunAt = performance.now();
      for (let call = 0; call < 10; call += 1) {
        const startedAt = performance.now();
        await client
          .unary(rpc.batchGetOrders, { ids: [`o${call}`] }, { timeoutMs: 1_500 })
          .catch((error: unknown) => {
            failedAs[String(error)] = (failedAs[String(error)] ?? 0) + 1;
          });
        if (performance.now() - startedAt > SLOW_MS) late += 1;
      }
      const failures = Object.values(failedAs).reduce((sum, count) => sum + count, 0);
      note({
        scenario: 'connection lost without a word',
        client: client.name,
        calls: 10,
        failures,
        failedAs,
        connections: proxy.connections,
        durationMs: performance.now() - begunAt,
      });
      expect(Math.max(late, failures)).toBeLessThanOrEqual(1);
    });
  });
});
