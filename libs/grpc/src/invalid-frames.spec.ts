import type { ServerHttp2Stream } from 'node:http2';
import { status as Status } from '@grpc/grpc-js';
import { describe, expect, it } from '@jest/globals';
import { invalidFrames } from '#libs/testing';
import { answer, echo, failureOf, options, wire } from './wire.fixture.ts';

const { serve, poolOf } = wire();

describe('a server that violates HTTP/2', () => {
  // grpc-js also fails the calls that begin before the socket is closed.
  it.each(['dataOnStreamZero', 'invalidHpack'] as const)(
    'by %s fails the calls of that connection, and no later one',
    async (violation) => {
      const { address, inject, calls } = await serve((stream, _headers, index) => {
        if (index > 1) answer(stream);
        else if (index === 1) inject(stream, invalidFrames[violation](stream.id!));
      });
      const pool = poolOf(address);
      const failures = await Promise.all([1, 2].map(() => failureOf(pool.unary(echo, 'ping', options()))));
      const lost = { code: Status.UNAVAILABLE, progress: 'sent' };
      expect(failures).toMatchObject([lost, lost]);
      expect(await pool.unary(echo, 'ping', options())).toBe('pong');
      expect(calls()).toBe(3);
      expect(pool.stats.transparentRetries).toBe(0);
    },
  );

  it('fails no call that waits for its only stream', async () => {
    const { address, inject, calls } = await serve(
      (stream, _, index) => (index ? answer(stream) : inject(stream, invalidFrames.dataOnStreamZero())),
      { settings: { maxConcurrentStreams: 1 } },
    );
    const pool = poolOf(address, { settings: { maxConnections: 1 } });
    const call = () => pool.unary(echo, 'ping', options());
    const all = [failureOf(call()), call(), call()];
    expect(await Promise.all(all)).toMatchObject([{ progress: 'sent' }, 'pong', 'pong']);
    expect(calls()).toBe(3);
    expect(pool.stats.transparentRetries).toBeLessThanOrEqual(2);
  });

  it.each(['http2', 'grpc-js'] as const)(
    'by trailers that come twice fails that call, and no other of its connection, over %s',
    async (implementation) => {
      let held!: ServerHttp2Stream;
      const { address, inject, sessions } = await serve((stream, _, index) => {
        if (index) inject(stream, invalidFrames.trailersTwice(stream.id!));
        else held = stream;
      });
      const pool = poolOf(address, { implementation });
      const other = pool.unary(echo, 'ping', options());
      const failure = await failureOf(pool.unary(echo, 'ping', options()));
      expect(failure).toMatchObject({ code: Status.INTERNAL, progress: 'sent' });
      answer(held);
      expect([await other, sessions.length]).toEqual(['pong', 1]);
    },
  );
});
