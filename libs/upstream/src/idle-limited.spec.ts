import { setTimeout as passed } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { AnswerStream } from './answer-stream.ts';
import { idleLimited } from './idle-limited.ts';

/** A stream of numbers that falls silent after the last of them until it is closed. */
function silentAfter(count: number): AnswerStream<number> & { isClosed: boolean } {
  const closed = Promise.withResolvers<void>();
  const stream = {
    isClosed: false,
    close() {
      stream.isClosed = true;
      closed.resolve();
    },
    async *[Symbol.asyncIterator]() {
      for (let n = 1; n <= count; n += 1) yield n;
      await closed.promise;
    },
  };
  return stream;
}

describe('a stream with an idle limit', () => {
  it('is closed when it falls silent, and its reader gets UPSTREAM_TIMEOUT after the answers', async () => {
    const stream = silentAfter(3);
    const seen: number[] = [];
    const reading = (async () => {
      for await (const n of idleLimited(stream, 20)) seen.push(n);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect([seen, stream.isClosed]).toEqual([[1, 2, 3], true]);
  });

  it('may be read as slowly as its reader likes', async () => {
    const stream = silentAfter(3);
    const limited = idleLimited(stream, 20);
    const reader = limited[Symbol.asyncIterator]();
    for (let n = 1; n <= 3; n += 1) {
      expect(await reader.next()).toEqual({ value: n, done: false });
      await passed(40);
    }
    expect(stream.isClosed).toBe(false);
    limited.close();
    expect((await reader.next()).done).toBe(true);
  });
});
