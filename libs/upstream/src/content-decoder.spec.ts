import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import type { GatewayError } from '#libs/errors';
import fc from 'fast-check';
import { codingsOf, ContentDecoder, undecodable } from './content-decoder.ts';

const CAP = 64 * 1024;
const MEGABYTE = 1024 * 1024;
const TEXT = JSON.stringify(Array.from({ length: 5_000 }, (_, index) => (index * 7_919) % 1_000));

const ENCODERS: Record<string, (content: Buffer) => Buffer> = {
  gzip: gzipSync,
  'x-gzip': gzipSync,
  deflate: deflateSync,
  'deflate without its header': deflateRawSync,
  br: (content) => brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
  zstd: zstdCompressSync,
};
const codings = Object.keys(ENCODERS);
const coded = (coding: string, content: string | Buffer = TEXT) => ENCODERS[coding]!(Buffer.from(content));
const nameOf = (coding: string) => coding.split(' ')[0]!;

/** What comes of content that arrives in pieces. */
function decoded(given: readonly string[], pieces: readonly Buffer[], maxBytes = CAP): Promise<string> {
  return new Promise((resolve, reject) => {
    const received: Buffer[] = [];
    const receiver = {
      onContent: (chunk: Buffer) => received.push(chunk) > 0,
      onContentEnd: () => resolve(Buffer.concat(received).toString()),
      onContentError: (error: GatewayError) => reject(error),
    };
    const rest = [...pieces];
    const send = (): void => {
      while (rest.length) if (!decoder.write(rest.shift()!)) return;
      decoder.end();
    };
    const decoder = new ContentDecoder(given, maxBytes, receiver, send);
    send();
  });
}

const inPieces = (content: Buffer, length: number): Buffer[] =>
  Array.from({ length: Math.ceil(content.length / length) }, (_, index) =>
    content.subarray(index * length, (index + 1) * length),
  );

describe('a Content-Encoding header', () => {
  it.each([
    [undefined, []],
    ['', []],
    ['identity', []],
    ['none', []],
    ['UTF-8', []],
    ['GZIP', ['gzip']],
    ['gzip, identity , br', ['gzip', 'br']],
    [
      ['gzip', 'zstd'],
      ['gzip', 'zstd'],
    ],
  ])('%j names %j', (header, names) => {
    expect(codingsOf(header)).toEqual(names);
  });

  it('cannot be followed where it has an unknown coding, which is named, or too many', () => {
    expect(undecodable(['gzip', 'compress'])).toBe('the unknown content coding "compress"');
    expect(undecodable(['x'.repeat(1_000)])).toHaveLength('the unknown content coding ""'.length + 40);
    expect(undecodable(Array(6).fill('gzip'))).toBe('6 content codings');
    expect(undecodable(['gzip', 'x-gzip', 'deflate', 'br', 'zstd'])).toBeUndefined();
  });
});

describe('encoded content', () => {
  it.each(codings)('is what it was: %s', async (coding) => {
    expect(await decoded([nameOf(coding)], [coded(coding)])).toBe(TEXT);
    expect(await decoded([nameOf(coding)], inPieces(coded(coding), 1))).toBe(TEXT);
  });

  it('is what it was where several codings were applied, and however it was cut', async () => {
    const order = fc.array(fc.constantFrom(...codings), { minLength: 1, maxLength: 5 });
    const property = fc.asyncProperty(
      order,
      fc.string(),
      fc.integer({ min: 1, max: 5_000 }),
      async (all, text, length) => {
        const content = all.reduce<Buffer>((inner, coding) => coded(coding, inner), Buffer.from(text));
        expect(await decoded(all.map(nameOf), inPieces(content, length))).toBe(text);
      },
    );
    await fc.assert(property, { numRuns: 30 });
  }, 60_000);

  it('is nothing where there was nothing: a status without a body may name a coding', async () => {
    expect(await decoded(['gzip'], [])).toBe('');
    expect(await decoded(['br', 'gzip'], [Buffer.alloc(0)])).toBe('');
  });

  it.each(codings)('is a lost connection where it was cut off: %s', async (coding) => {
    for (const length of [1, 2]) {
      const whole = coded(coding);
      await expect(decoded([nameOf(coding)], [whole.subarray(0, -length)])).rejects.toMatchObject({
        code: 'UPSTREAM_UNAVAILABLE',
        transient: {},
      });
    }
  });

  it.each(codings)('is a bad response where it is something else: %s', async (coding) => {
    const plain = Buffer.from('{"this": "was never encoded, whatever the header says"}');
    await expect(decoded([nameOf(coding)], [plain])).rejects.toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE' });
  });

  it.each(codings)('is no longer than the cap, and is not decoded any further: %s', async (coding) => {
    const bomb = coded(coding, Buffer.alloc(64 * CAP));
    const before = process.memoryUsage().external;
    await expect(decoded([nameOf(coding)], [bomb])).rejects.toMatchObject({
      code: 'UPSTREAM_BAD_RESPONSE',
      cause: { code: 'ERR_BUFFER_TOO_LARGE' },
    });
    expect(process.memoryUsage().external - before).toBeLessThan(32 * CAP);
  });

  it.each(codings)('is at most 500 times its size, beyond a megabyte: %s', async (coding) => {
    const bomb = coded(coding, Buffer.alloc(16 * MEGABYTE));
    await expect(decoded([nameOf(coding)], [bomb], 10 * MEGABYTE)).rejects.toMatchObject({
      code: 'UPSTREAM_BAD_RESPONSE',
      cause: { message: `The decoded content has more than ${MEGABYTE} bytes` },
    });
  });

  it.each(codings)('may be many similar records: %s', async (coding) => {
    const fields = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`optionalField${index}`, null]));
    const list = JSON.stringify(Array.from({ length: 10_000 }, (_, index) => ({ id: `u${index}`, ...fields })));
    const bytes = coded(coding, list);
    expect(list.length / bytes.length).toBeGreaterThan(80);
    expect(await decoded([nameOf(coding)], inPieces(bytes, 1_000), 10 * MEGABYTE)).toBe(list);
  });

  it('is no longer than the cap between two codings either', async () => {
    const empty = Buffer.concat(Array<Buffer>(50_000).fill(gzipSync('')));
    expect(empty.length).toBeGreaterThan(CAP);
    await expect(decoded(['gzip', 'gzip'], [gzipSync(empty)])).rejects.toMatchObject({
      code: 'UPSTREAM_BAD_RESPONSE',
    });
  });

  it('of Zstandard needs no window beyond that of RFC 9659', async () => {
    // A frame (RFC 8878, 3.1.1) of one raw block, with a window of 2^exponent bytes.
    const frame = (exponent: number) =>
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, (exponent - 10) << 3, 17, 0, 0, 123, 125]);
    expect(await decoded(['zstd'], [frame(23)])).toBe('{}');
    await expect(decoded(['zstd'], [frame(24)])).rejects.toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE' });
  });

  it('waits while nobody takes it', async () => {
    let received = 0;
    const ended = Promise.withResolvers<void>();
    const stuck = Promise.withResolvers<void>();
    let isTaken = false;
    const decoder = new ContentDecoder(
      ['gzip'],
      CAP * 10,
      {
        onContent: ({ length }) => ((received += length), stuck.resolve(), isTaken),
        onContentEnd: ended.resolve,
        onContentError: ended.reject,
      },
      () => {},
    );
    decoder.write(gzipSync(Buffer.alloc(8 * CAP)));
    decoder.end();
    await stuck.promise;
    for (let i = 0; i < 20; i += 1) await new Promise(setImmediate);
    expect(received).toBeLessThan(CAP);
    isTaken = true;
    decoder.resume();
    await ended.promise;
    expect(received).toBe(8 * CAP);
  });
});
