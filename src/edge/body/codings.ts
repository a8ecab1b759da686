import { promisify } from 'node:util';
import {
  brotliDecompress,
  type BrotliOptions,
  constants,
  gunzip,
  type ZlibOptions,
  type ZstdOptions,
  zstdDecompress,
} from 'node:zlib';
import { GatewayError } from '#libs/errors';

type Decode = (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

/**
 * Node drops what follows a Brotli stream or a Zstandard frame, unless told to refuse it. gunzip refuses what is neither a further
 * member nor padding, which begins with a zero byte; told to, it would refuse further members, too (RFC 1952, section 2.2).
 */
export const BROTLI: BrotliOptions = { rejectGarbageAfterEnd: true };
/** RFC 9659: no content coding of Zstandard needs a window of more than 8 MB. Further frames are decoded, too. */
export const ZSTD: ZstdOptions = {
  rejectGarbageAfterEnd: true,
  params: { [constants.ZSTD_d_windowLogMax]: 23 },
};

/** Content codings of request bodies (RFC 9110, section 8.4.1; RFC 7932; RFC 8878). */
const DECODERS: Record<string, Decode> = {
  gzip: promisify<Buffer, ZlibOptions, Buffer>(gunzip),
  br: (bytes, options) =>
    promisify<Buffer, BrotliOptions, Buffer>(brotliDecompress)(bytes, { ...options, ...BROTLI }),
  zstd: (bytes, options) => promisify<Buffer, ZstdOptions, Buffer>(zstdDecompress)(bytes, { ...options, ...ZSTD }),
};

const CODINGS = Object.keys(DECODERS);

/**
 * The highest compression ratio of a body. Text compresses about 10 times, a decompression bomb about 1,000 times.
 */
export const MAX_RATIO = 100;
/** The decoded size up to which the ratio is not checked, in bytes. */
export const ALWAYS_ALLOWED = 4_096;

/**
 * The content coding of a request's body; undefined if it has none, which a client may call `identity`.
 * @param accepted the codings that the route reads
 * @throws {GatewayError} UNSUPPORTED_MEDIA_TYPE with `Accept-Encoding` (RFC 9110, section 12.5.3)
 */
export function codingOf(header: string | undefined, accepted = CODINGS): string | undefined {
  if (header === undefined) return undefined;
  const names = header
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name && name !== 'identity')
    .map((name) => (name === 'x-gzip' ? 'gzip' : name));
  if (names.length === 0) return undefined;
  const [name] = names;
  if (names.length === 1 && accepted.includes(name!)) return name;
  const available = accepted.join(', ');
  throw new GatewayError('UNSUPPORTED_MEDIA_TYPE', {
    detail: available
      ? `The content coding must be one of: ${available}.`
      : 'This route accepts no content coding.',
    errors: [{ field: 'Content-Encoding', message: `Must be one of: ${available || 'identity'}` }],
    headers: { 'accept-encoding': available || 'identity' },
  });
}

/**
 * Decodes a body.
 * @param maxBytes the maximum decoded size
 * @throws {GatewayError} PAYLOAD_TOO_LARGE, or BAD_REQUEST for bytes that are not in that coding
 */
export async function decoded(bytes: Buffer, coding: string, maxBytes: number): Promise<Buffer> {
  const max = Math.min(maxBytes, Math.max(ALWAYS_ALLOWED, bytes.length * MAX_RATIO));
  try {
    return await DECODERS[coding]!(bytes, { maxOutputLength: max });
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') {
      const why = max < maxBytes ? `more than ${MAX_RATIO} times its size` : `more than ${maxBytes} bytes`;
      throw new GatewayError('PAYLOAD_TOO_LARGE', { detail: `The body decodes to ${why}.`, cause: error });
    }
    const errors = [{ field: 'body', message: `Cannot be decoded as ${coding}` }];
    throw new GatewayError('BAD_REQUEST', { detail: 'The request cannot be parsed.', errors, cause: error });
  }
}
