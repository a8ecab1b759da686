import { type Readable, Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createZstdDecompress } from 'node:zlib';
import { GatewayError } from '#libs/errors';
import { ALWAYS_ALLOWED, BROTLI, MAX_RATIO, ZSTD } from './codings.ts';

const DECODERS: Record<string, () => Transform> = {
  gzip: () => createGunzip(),
  br: () => createBrotliDecompress(BROTLI),
  zstd: () => createZstdDecompress(ZSTD),
};

/**
 * Decodes a body as it arrives. It fails with PAYLOAD_TOO_LARGE once there are more bytes than the limit, or more than 100
 * times those received; with BAD_REQUEST for bytes that are not in that coding, end too early or go on after its end; and as
 * the body does.
 * @param maxBytes the maximum decoded size
 */
export function decodedStream(body: Readable, coding: string, maxBytes: number): Readable {
  let received = 0;
  let size = 0;
  const tooLarge = (why: string) =>
    new GatewayError('PAYLOAD_TOO_LARGE', { detail: `The body decodes to ${why}.` });
  const bounded = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size > maxBytes) return done(tooLarge(`more than ${maxBytes} bytes`));
      if (size > Math.max(ALWAYS_ALLOWED, received * MAX_RATIO))
        return done(tooLarge(`more than ${MAX_RATIO} times its size`));
      done(null, chunk);
    },
  });
  // As for the body itself: nobody may be reading.
  bounded.on('error', () => {});
  const decoder = DECODERS[coding]!();
  body.on('data', (chunk: Buffer) => (received += chunk.length));
  body.once('error', (error) => bounded.destroy(error));
  decoder.once('error', (error) => {
    const errors = [{ field: 'body', message: `Cannot be decoded as ${coding}` }];
    bounded.destroy(
      new GatewayError('BAD_REQUEST', { detail: 'The request cannot be parsed.', errors, cause: error }),
    );
  });
  bounded.once('close', () => {
    body.unpipe(decoder).resume();
    decoder.destroy();
  });
  return body.pipe(decoder).pipe(bounded);
}
