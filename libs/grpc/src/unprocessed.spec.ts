import { constants, type ServerHttp2Stream } from 'node:http2';
import { status as Status } from '@grpc/grpc-js';
import { describe, expect, it } from '@jest/globals';
import { noTransportStats } from './channel.ts';
import { Http2Connection } from './http2-connection.ts';
import { openSession, pseudoHeaders } from './http2-session.ts';
import { exchange } from './http2-unary.ts';
import { connectionSettings } from './settings.ts';
import { answer, echo, failureOf, options, wire } from './wire.fixture.ts';

const { serve, poolOf } = wire();

/** Calls that are answered once all of them have arrived. */
const gathered = (count: number, onAll: (streams: ServerHttp2Stream[]) => void) => {
  const streams: ServerHttp2Stream[] = [];
  return (stream: ServerHttp2Stream) => {
    if (streams.push(stream) === count) onAll(streams);
  };
};

describe('an unprocessed call', () => {
  it('is sent again, once, on another connection, if it is above the last id of a GOAWAY', async () => {
    const gather = gathered(10, (streams) => {
      streams[0]!.session!.goaway(constants.NGHTTP2_NO_ERROR, streams[3]!.id);
      for (const stream of streams.slice(0, 4)) answer(stream);
    });
    const { address, calls, sessions } = await serve((stream, _, index) =>
      index < 10 ? gather(stream) : answer(stream),
    );
    const pool = poolOf(address);
    const answers = await Promise.all(Array.from({ length: 10 }, () => pool.unary(echo, 'ping', options())));
    expect(answers).toEqual(Array.from({ length: 10 }, () => 'pong'));
    expect([calls(), sessions.length]).toEqual([16, 2]);
    expect(pool.stats).toMatchObject({ goaways: 1, transparentRetries: 6, connectionsOpened: 2 });
    expect(pool.report()).toMatchObject([{ failuresInARow: 0, isEjected: false }]);
  });

  it('is not sent again if it is not above that id and the connection is lost', async () => {
    const gather = gathered(2, ([first]) => {
      first!.session!.goaway(constants.NGHTTP2_NO_ERROR, first!.id);
      setImmediate(() => first!.session!.destroy());
    });
    const { address, calls } = await serve((stream, _, index) => (index < 2 ? gather(stream) : answer(stream)));
    const pool = poolOf(address);
    const [first, second] = [pool.unary(echo, 'one', options()), pool.unary(echo, 'two', options())];
    expect(await failureOf(first)).toMatchObject({ code: Status.UNAVAILABLE, progress: 'sent' });
    expect(await second).toBe('pong');
    expect(calls()).toBe(3);
  });

  it('is sent again after REFUSED_STREAM only if it is idempotent', async () => {
    const { address, calls } = await serve((stream, _, index) =>
      index % 2 ? answer(stream) : stream.close(constants.NGHTTP2_REFUSED_STREAM),
    );
    const pool = poolOf(address);
    expect(await pool.unary(echo, 'ping', options({ isIdempotent: true }))).toBe('pong');
    const failure = await failureOf(pool.unary(echo, 'ping', options()));
    expect(failure).toMatchObject({ code: Status.UNAVAILABLE, progress: 'refused' });
    expect(calls()).toBe(3);
    expect(pool.report()).toMatchObject([{ failuresInARow: 0 }]);
  });

  it('is sent again at most 16 times', async () => {
    const { address, calls } = await serve((stream) => stream.close(constants.NGHTTP2_REFUSED_STREAM));
    const call = poolOf(address).unary(echo, 'ping', options({ isIdempotent: true }));
    expect(await failureOf(call)).toMatchObject({ code: Status.UNAVAILABLE, progress: 'refused' });
    expect(calls()).toBe(17);
  });

  it('is not sent again after its caller has cancelled', async () => {
    const listeners = new Set<() => void>();
    const until = {
      endedBy: undefined as unknown,
      onEnd: (listener: () => void) => (listeners.add(listener), () => void listeners.delete(listener)),
    };
    const { address, calls } = await serve((stream) => {
      until.endedBy = 'client';
      stream.close(constants.NGHTTP2_REFUSED_STREAM);
    });
    await failureOf(poolOf(address).unary(echo, 'ping', options({ isIdempotent: true, until })));
    expect(calls()).toBe(1);
    expect(listeners.size).toBe(0);
  });

  it('is sent again if the stream ids of its connection are exhausted', async () => {
    const { address } = await serve((stream) => answer(stream));
    const [host, port] = address.split(':') as [string, string];
    const server = {
      address: { name: address, host, port: Number(port), authority: address, weight: 1 },
      tls: undefined,
    };
    const session = openSession(server);
    const [ready, retired] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const listener = {
      onRoom: ready.resolve,
      onRetired: () => retired.resolve(),
      onClosed() {},
      onCutOff() {},
      onTooManyPings() {},
    };
    const headers = pseudoHeaders(server);
    const connection = new Http2Connection(
      session,
      headers,
      connectionSettings,
      Infinity,
      noTransportStats(),
      listener,
    );
    await ready.promise;
    // Missing in the types: the id of this side's next stream.
    (session as never as { setNextStreamID(id: number): void }).setNextStreamID(2 ** 31 - 1);
    expect(await exchange(connection, echo.path, Buffer.from('ping'), options())).toEqual(Buffer.from('pong'));
    const failure = await failureOf(exchange(connection, echo.path, Buffer.from('ping'), options()));
    expect(failure).toMatchObject({ code: Status.UNAVAILABLE, progress: 'unprocessed' });
    await retired.promise;
    connection.destroy();
  });

  it('is reopened transparently if it is a stream', async () => {
    const { address, calls } = await serve((stream, _, index) => {
      if (index === 1) stream.session!.goaway(constants.NGHTTP2_NO_ERROR, stream.id! - 2);
      else answer(stream, `answer ${index}`);
    });
    const pool = poolOf(address);
    await pool.unary(echo, 'ping', options());
    const stream = await pool.serverStream(echo, 'ping', options());
    const seen: string[] = [];
    for await (const message of stream) seen.push(message);
    expect([seen, calls()]).toEqual([['answer 2'], 3]);
  });
});

describe('calls that wait for a connection', () => {
  describe.each(['http2', 'grpc-js'] as const)('over %s', (implementation) => {
    it('are sent on the next if theirs is replaced before it is established', async () => {
      const { address, calls } = await serve((stream) => answer(stream));
      const pool = poolOf(address, { implementation });
      const waiting = [true, false].map((isIdempotent) => pool.unary(echo, 'ping', options({ isIdempotent })));
      const [{ connection }] = (pool as never as { endpoints: { all: [{ connection: { renew(): void } }] } })
        .endpoints.all;
      const stream = await pool.serverStream(echo, 'ping', options());
      connection.renew();
      expect(await Promise.all(waiting)).toEqual(['pong', 'pong']);
      const seen: string[] = [];
      for await (const message of stream) seen.push(message);
      expect([seen, calls()]).toEqual([['pong'], 3]);
    });

    it('fail if the client is closed', async () => {
      const { address } = await serve((stream) => answer(stream));
      const pool = poolOf(address, { implementation });
      const waiting = failureOf(pool.unary(echo, 'ping', options()));
      pool.close();
      expect(await waiting).toMatchObject({ code: Status.UNAVAILABLE, progress: 'unsent' });
    });
  });

  it('on a replaced connection end on it', async () => {
    const held = Promise.withResolvers<ServerHttp2Stream>();
    const { address, sessions } = await serve((stream, _, index) =>
      index ? answer(stream) : held.resolve(stream),
    );
    const pool = poolOf(address);
    const before = pool.unary(echo, 'ping', options());
    const stream = await held.promise;
    const [{ connection }] = (pool as never as { endpoints: { all: [{ connection: { renew(): void } }] } })
      .endpoints.all;
    connection.renew();
    expect(await pool.unary(echo, 'ping', options())).toBe('pong');
    answer(stream, 'late');
    expect(await before).toBe('late');
    expect(sessions).toHaveLength(2);
  });

  it.each([1, 5])('open more connections if the server allows %i streams on one', async (maxConcurrentStreams) => {
    const { address, sessions } = await serve(
      gathered(20, (streams) => streams.forEach((stream) => answer(stream))),
      {
        settings: { maxConcurrentStreams },
      },
    );
    const pool = poolOf(address);
    await Promise.all(Array.from({ length: 20 }, () => pool.unary(echo, 'ping', options())));
    expect(sessions.length).toBeGreaterThanOrEqual(20 / maxConcurrentStreams);
  });

  it('do not starve behind streams that stay open', async () => {
    const { address } = await serve(
      (stream, headers) => {
        if (headers['kind'] !== 'watch') return answer(stream);
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
      },
      { settings: { maxConcurrentStreams: 10 } },
    );
    const pool = poolOf(address);
    const watch = () => pool.serverStream(echo, 'watch', options({ metadata: ['kind', 'watch'] }));
    const streams = await Promise.all(Array.from({ length: 10 }, watch));
    expect(await pool.unary(echo, 'ping', options())).toBe('pong');
    for (const stream of streams) stream.close();
  });

  it('fail as unsent if no connection can be established', async () => {
    const pool = poolOf('127.0.0.1:1');
    const failures = await Promise.all([1, 2].map(() => failureOf(pool.unary(echo, 'ping', options()))));
    for (const failure of failures) {
      expect(failure).toMatchObject({ code: Status.UNAVAILABLE, progress: 'unsent', isTransient: true });
    }
    expect(pool.stats.connectionsOpened).toBe(0);
  });
});

describe('a server that closes each connection after a number of calls', () => {
  it('without having processed any is not taken to accept a single one', async () => {
    // GOAWAY with the last id 0, which Node's server cannot send.
    const goaway = Buffer.from(`000008070000000000${'00'.repeat(8)}`, 'hex');
    const { address, sessions, inject } = await serve((stream) => {
      if (sessions.length > 2) answer(stream);
      else inject(stream, goaway);
    });
    const pool = poolOf(address);
    for (let i = 0; i < 5; i += 1) expect(await pool.unary(echo, 'ping', options())).toBe('pong');
    expect(sessions.length).toBe(3);
  });

  it('receives no more calls per connection, once the number is known', async () => {
    const begun = new Map<unknown, number>();
    let unprocessed = 0;
    const { address, sessions } = await serve((stream) => {
      const nth = (begun.get(stream.session) ?? 0) + 1;
      begun.set(stream.session, nth);
      if (nth > 5) return void (unprocessed += 1);
      if (nth === 5) stream.session!.goaway(constants.NGHTTP2_NO_ERROR, stream.id);
      setImmediate(() => answer(stream));
    });
    const pool = poolOf(address);
    const caller = async () => {
      for (let i = 0; i < 10; i += 1) expect(await pool.unary(echo, 'ping', options())).toBe('pong');
    };
    await Promise.all(Array.from({ length: 40 }, caller));
    expect(sessions.length).toBeGreaterThanOrEqual(80);
    expect(pool.stats.transparentRetries).toBeLessThan(200);
    expect(unprocessed).toBeLessThan(200);
  });
});
