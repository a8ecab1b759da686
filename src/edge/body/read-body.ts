import type { IncomingMessage } from 'node:http';
import { GatewayError } from '#libs/errors';

/** Ends reading: with the bytes, or with why there are none. */
export type Read = (error: GatewayError | null, bytes?: Buffer) => void;

/** What a body is read within. */
export interface Bounds {
  /** In bytes, as it comes. */
  mostBytes: number;
  /** In milliseconds, from now on. */
  withinMs: number;
}

const tooLarge = (): GatewayError => new GatewayError('PAYLOAD_TOO_LARGE', { detail: 'The body is too large.' });

/**
 * Reads a body whole. Nobody is told where the client leaves before its end: there is nobody to answer.
 * @returns gives it up: nothing more is read, and `read` is told the reason
 */
export function readBody(payload: IncomingMessage, bounds: Bounds, read: Read): (reason: GatewayError) => void {
  const { mostBytes, withinMs } = bounds;
  const chunks: Buffer[] = [];
  let size = 0;
  const length = Number(payload.headers['content-length'] ?? 0);
  if (length > mostBytes) {
    read(tooLarge());
    return () => {};
  }
  const late = setTimeout(() => finish(timedOut(withinMs)), withinMs);
  const onData = (chunk: Buffer): void => {
    size += chunk.length;
    if (size > mostBytes) finish(tooLarge());
    else chunks.push(chunk);
  };
  const onEnd = (): void => finish(null);
  const onGone = (): void => stop();
  const stop = (): void => {
    clearTimeout(late);
    payload.off('data', onData).off('end', onEnd).off('close', onGone);
    // What comes after that is of no interest, and an error neither: the connection ends.
    payload.resume();
  };
  let isOver = false;
  const finish = (error: GatewayError | null): void => {
    if (isOver) return;
    isOver = true;
    stop();
    if (error) read(error);
    else read(null, chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, size));
  };
  payload
    .on('data', onData)
    .on('end', onEnd)
    .on('close', onGone)
    .on('error', (error) => {
      // The parser gave up in the middle of it. Any other error is of a connection that ends.
      if (error instanceof GatewayError) finish(error);
    });
  return finish;
}

const timedOut = (withinMs: number): GatewayError =>
  new GatewayError('REQUEST_TIMEOUT', {
    detail: `The body did not arrive in time.`,
    errors: [{ field: 'body', message: `Must arrive within ${Math.ceil(withinMs / 1_000)} s` }],
  });
