import { pipeline, type Readable, type Transform } from 'node:stream';
import { constants, createBrotliCompress, createGzip, createZstdCompress } from 'node:zlib';
import type { Coding } from './accept-encoding.ts';

/** Makes a compressor that passes on what it has been given with each chunk: the reader waits for no full block. */
const compressors: Readonly<Record<Coding, () => Transform>> = {
  zstd: () =>
    createZstdCompress({
      flush: constants.ZSTD_e_flush,
      params: { [constants.ZSTD_c_compressionLevel]: 3 },
    }),
  br: () =>
    createBrotliCompress({
      flush: constants.BROTLI_OPERATION_FLUSH,
      params: { [constants.BROTLI_PARAM_QUALITY]: 4 },
    }),
  gzip: () => createGzip({ flush: constants.Z_SYNC_FLUSH, level: 6 }),
};

/**
 * Compresses a stream, chunk by chunk and no faster than it is read. If it breaks off, so does the compressed stream;
 * if that is destroyed, so is the stream.
 */
export function packStream(body: Readable, coding: Coding): Readable {
  // Both ends have the error: the reader's is the one that is handled.
  return pipeline(body, compressors[coding](), () => undefined);
}
