import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { codingOf, decoded } from './codings.ts';

const text = Buffer.from(JSON.stringify({ query: '{ home { user { id } } }', variables: { a: 'ü' } }));

describe('the coding of a body', () => {
  it.each([
    [undefined, undefined],
    ['identity', undefined],
    ['', undefined],
    ['gzip', 'gzip'],
    ['GZIP', 'gzip'],
    ['x-gzip', 'gzip'],
    ['identity, br', 'br'],
    [' zstd ', 'zstd'],
  ])('%p is %p', (header, coding) => expect(codingOf(header)).toBe(coding));

  it.each(['deflate', 'compress', 'gzip, br', 'constructor', 'aes128gcm', 'gzip;q=1'])(
    '%s is refused, with the supported codings',
    (header) => {
      expect(() => codingOf(header)).toThrow(
        expect.objectContaining({
          code: 'UNSUPPORTED_MEDIA_TYPE',
          headers: { 'accept-encoding': 'gzip, br, zstd' },
        }),
      );
    },
  );
});

describe('a coded body', () => {
  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
  ] as const)('in %s is decoded', async (coding, pack) => {
    expect(await decoded(pack(text), coding, 10_240)).toEqual(text);
  });

  it.each([
    ['members', 'gzip', gzipSync],
    ['frames', 'zstd', zstdCompressSync],
  ] as const)('of several %s is decoded to its end (%s)', async (_, coding, pack) => {
    const halves = [text.subarray(0, 9), text.subarray(9)];
    expect(await decoded(Buffer.concat(halves.map((half) => pack(half))), coding, 10_240)).toEqual(text);
  });

  it.each([
    ['is plain', 'gzip', text],
    ['is of another coding', 'gzip', deflateSync(text)],
    ['is truncated', 'gzip', gzipSync(text).subarray(0, 20)],
    ['is truncated', 'br', brotliCompressSync(text).subarray(0, 20)],
    ['is truncated', 'zstd', zstdCompressSync(text).subarray(0, 20)],
    ['is plain', 'zstd', text],
    ['goes on after its end', 'gzip', Buffer.concat([gzipSync(text), text])],
    ['goes on after its end', 'br', Buffer.concat([brotliCompressSync(text), brotliCompressSync(text)])],
    ['goes on after its end', 'zstd', Buffer.concat([zstdCompressSync(text), text])],
  ])('that %s is refused (%s)', async (_, coding, bytes) => {
    const error = { code: 'BAD_REQUEST', errors: [{ field: 'body', message: `Cannot be decoded as ${coding}` }] };
    await expect(decoded(bytes, coding, 10_240)).rejects.toMatchObject(error);
  });

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
  ] as const)('in %s that is too large, or unfolds too far, is refused', async (coding, pack) => {
    const error = { code: 'PAYLOAD_TOO_LARGE' };
    await expect(decoded(pack(Buffer.alloc(20_000, 'ab')), coding, 10_240)).rejects.toMatchObject(error);
    await expect(decoded(pack(Buffer.alloc(500_000)), coding, 1_000_000)).rejects.toMatchObject(error);
  });
});
