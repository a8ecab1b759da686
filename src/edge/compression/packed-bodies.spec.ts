import { hash } from 'node:crypto';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { PackedBodies } from './packed-bodies.ts';

const small = Buffer.from('a body, '.repeat(500));
/** Too long to be compressed in this thread. */
const large = Buffer.from('a long body, '.repeat(5_000));

describe('compressed bodies', () => {
  it('are compressed once in each coding', () => {
    const packed = new PackedBodies(100_000);
    let reads = 0;
    const read = () => {
      reads += 1;
      return small;
    };
    const first = packed.of('a', 'zstd', read) as Buffer;
    expect(packed.of('a', 'zstd', read)).toBe(first);
    expect(zstdDecompressSync(first)).toEqual(small);
    expect(gunzipSync(packed.of('a', 'gzip', read) as Buffer)).toEqual(small);
    expect(reads).toBe(2);
    expect(packed.cached('a', 'zstd')).toBe(first);
    expect(packed.cached('a', 'br')).toBeUndefined();
  });

  it('hold no memory but their own bytes', () => {
    const body = new PackedBodies(100_000).of('a', 'zstd', () => small) as Buffer;
    expect(body.buffer.byteLength).toBe(body.length);
  });

  it('are compressed once for concurrent requests, on a worker thread if large', async () => {
    const packed = new PackedBodies(100_000);
    let reads = 0;
    const read = async () => {
      reads += 1;
      return large;
    };
    const [one, other] = await Promise.all([packed.of('a', 'zstd', read), packed.of('a', 'zstd', read)]);
    expect([reads, one]).toEqual([1, other]);
    expect(packed.of('a', 'zstd', read)).toBe(one);
    expect(packed.of('b', 'zstd', () => large)).toHaveProperty('then');
  });

  it('are read again after a failed read', async () => {
    const packed = new PackedBodies(100_000);
    await expect(packed.of('a', 'zstd', () => Promise.reject(new Error('no such file')))).rejects.toThrow(
      'no such',
    );
    expect(await packed.of('a', 'zstd', () => Promise.resolve(small))).toBeInstanceOf(Buffer);
  });

  it('stay within the size limit; the least recently used is evicted first', () => {
    const packed = new PackedBodies(4_000);
    for (let n = 0; n < 100; n += 1) {
      void packed.of(`${n}`, 'gzip', () => small);
      packed.cached('0', 'gzip');
    }
    expect(packed.bytes).toBeLessThanOrEqual(4_000);
    expect(packed.cached('0', 'gzip')).toBeDefined();
    expect(packed.cached('1', 'gzip')).toBeUndefined();
  });

  it('are not cached if one exceeds its share of the limit', () => {
    const packed = new PackedBodies(4_000);
    const random = Buffer.from(Array.from({ length: 40 }, (_, n) => hash('sha256', `${n}`)).join(''));
    expect(packed.of('a', 'gzip', () => random)).toBeInstanceOf(Buffer);
    expect(packed.cached('a', 'gzip')).toBeUndefined();
  });
});
