import { constants, type ServerHttp2Stream } from 'node:http2';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { answer, echo, failureOf, options, type Serve, wire } from './wire.fixture.ts';
import { eventually } from '#libs/testing';

const { serve, poolOf } = wire();

/** Answers calls, and keeps watches open. */
const answerCalls: Serve = (stream, headers) => {
  if (headers['kind'] !== 'watch') return answer(stream);
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
};
const watch = options({ metadata: ['kind', 'watch'] });

describe('streams that stay open', () => {
  it('leave a connection to short calls, if the server allows one stream at a time', async () => {
    const { address, sessions } = await serve(answerCalls, { settings: { maxConcurrentStreams: 1 } });
    const pool = poolOf(address);
    const streams = await Promise.all(Array.from({ length: 64 }, () => pool.serverStream(echo, 'watch', watch)));
    expect(await pool.unary(echo, 'ping', options())).toBe('pong');
    expect(sessions.length).toBeGreaterThanOrEqual(65);
    for (const stream of streams) stream.close();
  });

  it('wait for one another beyond their connections, and no short call for them', async () => {
    const { address, calls } = await serve(answerCalls, { settings: { maxConcurrentStreams: 1 } });
    const pool = poolOf(address, { settings: { maxConnections: 1, maxStreamConnections: 2 } });
    const opening = Array.from({ length: 4 }, () => pool.serverStream(echo, 'watch', watch));
    const first = await Promise.race(opening);
    await opening[1];
    for (let i = 0; i < 3; i += 1) expect(await pool.unary(echo, 'ping', options())).toBe('pong');
    expect(calls()).toBe(2 + 3);
    first.close();
    await opening[2];
    await eventually(() => calls() === 6);
    expect(pool.report()[0]!.connections.length).toBeLessThanOrEqual(3);
  });
});

describe('short calls', () => {
  it('have a connection each, as many as the bulkhead allows, if the server allows one stream at a time', async () => {
    const streams: ServerHttp2Stream[] = [];
    const serving: Serve = (stream) => {
      if (streams.push(stream) === 128) for (const each of streams) answer(each);
    };
    const { address } = await serve(serving, { settings: { maxConcurrentStreams: 1 } });
    const pool = poolOf(address);
    const all = Array.from({ length: 128 }, () => pool.unary(echo, 'ping', options()));
    expect(new Set(await Promise.all(all))).toEqual(new Set(['pong']));
  });

  it('wait on one connection for a server that allows none for now', async () => {
    const { address, sessions } = await serve(answerCalls, { settings: { maxConcurrentStreams: 0 } });
    const pool = poolOf(address);
    const call = pool.unary(echo, 'ping', options());
    await eventually(() => sessions.length > 0);
    await setTimeout(100);
    sessions[0]!.settings({ maxConcurrentStreams: 10 });
    expect(await call).toBe('pong');
    expect(sessions.length).toBe(1);
  });

  it('are all cancelled, also those for which there is no budget at once', async () => {
    const closed: number[] = [];
    const { address, calls } = await serve((stream) =>
      stream.once('close', () => void closed.push(stream.rstCode)),
    );
    const pool = poolOf(address);
    const caller = Promise.withResolvers<void>();
    const cancelled = options({ until: { onEnd: (end) => (void caller.promise.then(end), () => {}) } });
    const all = Array.from({ length: 510 }, () => failureOf(pool.unary(echo, 'ping', cancelled)));
    await eventually(() => calls() === all.length);
    caller.resolve();
    await Promise.all(all);
    await eventually(() => closed.length === all.length);
    expect(new Set(closed)).toEqual(new Set([constants.NGHTTP2_CANCEL]));
  });
});
