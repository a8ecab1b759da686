import { promisify } from 'node:util';
import {
  brotliCompress,
  brotliCompressSync,
  type BrotliOptions,
  constants,
  gzip,
  gzipSync,
  type ZlibOptions,
  zstdCompress,
  zstdCompressSync,
  type ZstdOptions,
} from 'node:zlib';
import type { Coding } from './accept-encoding.ts';

/** Compresses in one coding, in this thread or on a worker thread. */
interface Packer {
  now(body: Buffer): Buffer;
  later(body: Buffer): Promise<Buffer>;
}

const [zstdLater, brotliLater, gzipLater] = [promisify(zstdCompress), promisify(brotliCompress), promisify(gzip)];

/**
 * One level for each coding, since a strong entity tag names exact bytes. Higher levels double the time for a
 * tenth of the size (docs/performance.md).
 */
const packers: Readonly<Record<Coding, Packer>> = {
  zstd: {
    now: (body) => zstdCompressSync(body, zstdOptions(body)),
    later: (body) => zstdLater(body, zstdOptions(body)),
  },
  br: {
    now: (body) => brotliCompressSync(body, brotliOptions(body)),
    later: (body) => brotliLater(body, brotliOptions(body)),
  },
  gzip: {
    now: (body) => gzipSync(body, gzipOptions(body)),
    later: (body) => gzipLater(body, gzipOptions(body)),
  },
};

const zstdOptions = (body: Buffer): ZstdOptions => ({
  chunkSize: chunkSizeFor(body),
  // Writes the size into the frame, and lets zstd choose tables of that size.
  pledgedSrcSize: body.length,
  params: { [constants.ZSTD_c_compressionLevel]: 3 },
});

const brotliOptions = (body: Buffer): BrotliOptions => ({
  chunkSize: chunkSizeFor(body),
  params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_SIZE_HINT]: body.length },
});

const gzipOptions = (body: Buffer): ZlibOptions => ({ chunkSize: chunkSizeFor(body), level: 6 });

/** The size of the output buffer, in bytes. The default is 64 KiB, even for a response of 1 KiB. */
const chunkSizeFor = ({ length }: Buffer): number => Math.min(65_536, Math.max(1_024, length >> 2));

/**
 * The largest body compressed in this thread, in bytes: the round trip to a worker thread costs 40 µs, as much as
 * compressing 16 KiB.
 */
const MAX_BYTES_NOW = 32_768;

/** Compresses a body: a small one in this thread, a large one on a worker thread. */
export function pack(body: Buffer, coding: Coding): Buffer | Promise<Buffer> {
  const packer = packers[coding];
  return body.length <= MAX_BYTES_NOW ? packer.now(body) : packer.later(body);
}
