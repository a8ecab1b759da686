import { inspect } from 'node:util';
import {
  brotliCompressSync,
  createGzip,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import type { GatewayError } from '#libs/errors';
import { describe, expect, it } from '@jest/globals';
import { Context } from '#libs/upstream';
import { type Answer, httpUpstreams } from './http-upstream.fixture.ts';

const { upstream } = httpUpstreams();
const aContext = (timeoutMs = 30_000) => new Context({ log: { requestId: 'r-1' }, timeoutMs });
const TEXT = JSON.stringify({ users: Array.from({ length: 500 }, (_, id) => ({ id: `u${id}`, name: 'Adä' })) });

const encoded =
  (body: Buffer, coding: string | string[], status = 200, type = 'application/json'): Answer =>
  (response) =>
    void response.writeHead(status, { 'content-type': type, 'content-encoding': coding } as never).end(body);

async function answerOf(answer: Answer) {
  const { client, received } = await upstream(answer);
  return { answer: await client.operation('GET', '/users')(aContext(), {}), received };
}

const failureOf = (answer: Answer): Promise<GatewayError> =>
  answerOf(answer).then(
    () => Promise.reject(new Error('the call did not fail')),
    (error: GatewayError) => error,
  );

describe('an answer of a REST upstream', () => {
  it.each<[string | string[], Buffer]>([
    ['identity', Buffer.from(TEXT)],
    ['gzip', gzipSync(TEXT)],
    ['X-GZIP', gzipSync(TEXT)],
    ['deflate', deflateSync(TEXT)],
    ['deflate', deflateRawSync(TEXT)],
    ['br', brotliCompressSync(TEXT)],
    ['zstd', zstdCompressSync(TEXT)],
    ['gzip, identity, br', brotliCompressSync(gzipSync(TEXT))],
    [['deflate', 'gzip'], gzipSync(deflateSync(TEXT))],
  ])('is asked for without a coding, and is decoded where it has one all the same: %s', async (coding, body) => {
    const { answer, received } = await answerOf(encoded(body, coding));
    expect(answer).toEqual(JSON.parse(TEXT));
    expect(received[0]!.headers['accept-encoding']).toBe('identity');
  });

  it('that is an error has the words of its problem for the log, encoded or not', async () => {
    const problem = gzipSync('{"title":"Failed","detail":"the table users is locked"}');
    const error = await failureOf(encoded(problem, 'gzip', 503, 'application/problem+json'));
    expect(error).toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      cause: { message: 'HTTP 503: the table users is locked' },
    });
  });

  it.each<[string, Buffer, string]>([
    ['an unknown coding', Buffer.from(TEXT), 'compress'],
    ['a broken body', Buffer.from('hunter2 was never encoded'), 'gzip'],
    ['half a body', gzipSync(TEXT).subarray(0, 100), 'gzip'],
    ['no body', Buffer.alloc(0), 'gzip'],
  ])('that is an error keeps the code of its status whatever its body is: %s', async (_, body, coding) => {
    expect(await failureOf(encoded(body, coding, 404))).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('with an unknown coding is a bad response, and the log names it', async () => {
    const error = await failureOf(encoded(Buffer.from('hunter2'), 'gzip, compress'));
    expect(error).toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE' });
    expect(error.cause).toMatchObject({
      message: expect.stringContaining('the unknown content coding "compress"'),
    });
    expect(inspect(error)).not.toContain('hunter2');
  });

  it.each<[string, Buffer, string]>([
    ['is cut off though its length is right', gzipSync(TEXT).subarray(0, -9), 'UPSTREAM_UNAVAILABLE'],
    ['is not encoded at all', Buffer.from(TEXT), 'UPSTREAM_BAD_RESPONSE'],
    ['is corrupt within', gzipSync(TEXT).fill(0x55, 40, 60), 'UPSTREAM_BAD_RESPONSE'],
    ['is encoded, and no JSON', gzipSync('<html>'), 'UPSTREAM_BAD_RESPONSE'],
  ])('fails where its body %s', async (_, body, code) => {
    expect(await failureOf(encoded(body, 'gzip'))).toMatchObject({ code });
  });

  it('is hung up on where its sender goes on after the end of what was encoded', async () => {
    const hungUp = Promise.withResolvers<void>();
    const { answer } = await answerOf((response) => {
      response.once('close', hungUp.resolve);
      encoded(Buffer.alloc(0), 'br')(Object.assign(response, { end: () => response }), undefined as never);
      response.write(Buffer.concat([brotliCompressSync(TEXT), Buffer.alloc(1_000)]));
    });
    expect(answer).toEqual(JSON.parse(TEXT));
    await hungUp.promise;
  });

  it('that is a bomb costs bounded memory, and is cut off at the cap', async () => {
    const piece = gzipSync(Buffer.alloc(64 * 1024 * 1024, ' '), { level: 1 });
    const before = process.memoryUsage().rss;
    const error = await failureOf(encoded(Buffer.concat(Array<Buffer>(8).fill(piece)), 'gzip'));
    expect(error).toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE', cause: { code: 'ERR_BUFFER_TOO_LARGE' } });
    expect(process.memoryUsage().rss - before).toBeLessThan(50 * 1024 * 1024);
  }, 60_000);
});

describe('events of a REST upstream that are encoded', () => {
  const opened = async (answer: Answer) => {
    const { client } = await upstream(answer);
    return client.stream<{ n: number }>('GET', '/count', 'END')(aContext(), {});
  };

  const inGzip =
    (
      write: (send: (text: string) => Promise<void>, end: () => void, hangUp: () => void) => Promise<void>,
    ): Answer =>
    (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' });
      const gzip = createGzip();
      gzip.pipe(response);
      const send = (text: string) =>
        new Promise<void>((resolve) => {
          gzip.write(text);
          gzip.flush(() => setImmediate(resolve));
        });
      void write(
        send,
        () => gzip.end(),
        () => response.destroy(),
      );
    };

  it('are there as they flow, not at their end', async () => {
    const received = Promise.withResolvers<void>();
    const stream = await opened(
      inGzip(async (send, end) => {
        await send('data: {"n":1}\n\n');
        await received.promise;
        await send('data: {"n":2}\n\ndata: END\n\n');
        end();
      }),
    );
    const found: number[] = [];
    for await (const { n } of stream) {
      found.push(n);
      received.resolve();
    }
    expect(found).toEqual([1, 2]);
  });

  it('are a lost connection where they break off, after those that came', async () => {
    const received = Promise.withResolvers<void>();
    const stream = await opened(
      inGzip(async (send, _, hangUp) => {
        await send('data: {"n":1}\n\n');
        await received.promise;
        hangUp();
      }),
    );
    const found: number[] = [];
    const reading = (async () => {
      for await (const { n } of stream) {
        found.push(n);
        received.resolve();
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(found).toEqual([1]);
  });

  it('are all there where nobody read them for a while', async () => {
    const stream = await opened(
      inGzip(async (send, end) => {
        const events = Array.from({ length: 20_000 }, (_, index) => `data: {"n":${index + 1}}\n\n`);
        await send(`${events.join('')}data: END\n\n`);
        end();
      }),
    );
    for (let i = 0; i < 20; i += 1) await new Promise(setImmediate);
    let last = 0;
    let isInOrder = true;
    for await (const { n } of stream) isInOrder &&= n === (last += 1);
    expect([last, isInOrder]).toEqual([20_000, true]);
  }, 60_000);

  it('cannot be had in an unknown coding', async () => {
    const answer: Answer = (response) =>
      void response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'sdch' }).end();
    await expect(opened(answer)).rejects.toMatchObject({
      code: 'UPSTREAM_BAD_RESPONSE',
      cause: { message: 'no events, but the unknown content coding "sdch"' },
    });
  });
});
