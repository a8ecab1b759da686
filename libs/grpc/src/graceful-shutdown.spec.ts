import { setImmediate } from 'node:timers/promises';
import { constants, type ServerHttp2Stream } from 'node:http2';
import { status as Status } from '@grpc/grpc-js';
import { describe, expect, it } from '@jest/globals';
import { answer, echo, failureOf, options, wire } from './wire.fixture.ts';

const { serve, poolOf } = wire();

/** The last id of the first GOAWAY of a graceful shutdown: every call may still be processed. */
const MAX_ID = 2 ** 31 - 1;

describe('a call that is refused by a server that shuts down', () => {
  it("is sent again if the second GOAWAY's last id is below its own", async () => {
    let held: ServerHttp2Stream | undefined;
    const { address, calls } = await serve((stream, _, index) => {
      if (index === 0) held = stream;
      else if (index === 2) answer(stream);
      else {
        const { session, id } = stream;
        session!.goaway(constants.NGHTTP2_NO_ERROR, MAX_ID);
        stream.close(constants.NGHTTP2_REFUSED_STREAM);
        stream.once('close', () => {
          session!.goaway(constants.NGHTTP2_NO_ERROR, id! - 2);
          answer(held!, 'held');
        });
      }
    });
    const pool = poolOf(address);
    const answers = [pool.unary(echo, 'ping', options()), pool.unary(echo, 'ping', options())];
    expect(await Promise.all(answers)).toEqual(['held', 'pong']);
    expect(calls()).toBe(3);
  });

  it('is not sent again without a second GOAWAY unless it is idempotent: HAProxy may have forwarded it', async () => {
    const { address, calls } = await serve((stream, _, index) => {
      if (index > 1) return answer(stream);
      stream.session!.goaway(constants.NGHTTP2_NO_ERROR, MAX_ID);
      void setImmediate().then(() => stream.close(constants.NGHTTP2_REFUSED_STREAM));
    });
    const pool = poolOf(address);
    const failure = await failureOf(pool.unary(echo, 'ping', options()));
    expect(failure).toMatchObject({ code: Status.UNAVAILABLE, progress: 'refused' });
    expect(calls()).toBe(1);
    expect(await pool.unary(echo, 'ping', options({ isIdempotent: true }))).toBe('pong');
    expect(calls()).toBe(3);
  });

  it.each(['http2', 'grpc-js'] as const)(
    'is sent again if this client had not sent it before the GOAWAY, over %s',
    async (implementation) => {
      const seen: unknown[] = [];
      const { address, sessions } = await serve((stream, headers, index) => {
        seen.push(headers['nth']);
        if (index === 0) stream.session!.goaway(constants.NGHTTP2_NO_ERROR, MAX_ID);
        answer(stream);
      });
      const pool = poolOf(address, { implementation });
      const answers: Array<Promise<string>> = [];
      // Calls are submitted in each turn, and sent at the end of the next: also in that of the GOAWAY.
      while (sessions.length < 2) {
        answers.push(pool.unary(echo, 'ping', options({ metadata: ['nth', String(answers.length)] })));
        await setImmediate();
      }
      await Promise.all(answers);
      expect(pool.stats.transparentRetries).toBeGreaterThan(0);
      expect(seen.toSorted()).toEqual(answers.map((_, i) => String(i)).toSorted());
    },
  );
});
