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

/** How a body is packed in one coding, in this thread or in another. */
interface Packer {
  now(body: Buffer): Buffer;
  later(body: Buffer): Promise<Buffer>;
}

const [zstdLater, brotliLater, gzipLater] = [promisify(zstdCompress), promisify(brotliCompress), promisify(gzip)];

/** One effort each, since a strong entity tag is of the bytes: beyond it, time doubles for a tenth (docs/performance.md). */
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
  // Goes into the frame, and the tables are made as large as it needs.
  pledgedSrcSize: body.length,
  params: { [constants.ZSTD_c_compressionLevel]: 3 },
});

const brotliOptions = (body: Buffer): BrotliOptions => ({
  chunkSize: chunkSizeFor(body),
  params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_SIZE_HINT]: body.length },
});

const gzipOptions = (body: Buffer): ZlibOptions => ({ chunkSize: chunkSizeFor(body), level: 6 });

/** What is taken for the result at once, in bytes. The default is 64 KiB, for an answer of 1. */
const chunkSizeFor = ({ length }: Buffer): number => Math.min(65_536, Math.max(1_024, length >> 2));

/** Handing work to another thread and back costs 40 µs: as much as packing 16 KiB. */
const MAX_BYTES_NOW = 32_768;

/** Packs a body: a small one at once, a large one in another thread. */
export function pack(body: Buffer, coding: Coding): Buffer | Promise<Buffer> {
  const packer = packers[coding];
  return body.length <= MAX_BYTES_NOW ? packer.now(body) : packer.later(body);
}
