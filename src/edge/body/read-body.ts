import type { IncomingMessage } from 'node:http';
import { GatewayError } from '#libs/errors';

/** Receives the whole body, or the error that ended reading. */
export type Read = (error: GatewayError | null, bytes?: Buffer) => void;

/** The limits of reading a body. */
export interface Bounds {
  /** The maximum size before decoding, in bytes. */
  maxBytes: number;
  /** The time limit from now, in milliseconds. */
  withinMs: number;
}

const tooLarge = (): GatewayError => new GatewayError('PAYLOAD_TOO_LARGE', { detail: 'The body is too large.' });

/**
 * Reads a whole body. `read` is not called if the client disconnects first: there is no one to answer.
 * @returns a function that stops reading and passes its reason to `read`
 */
export function readBody(payload: IncomingMessage, bounds: Bounds, read: Read): (reason: GatewayError) => void {
  const { maxBytes, withinMs } = bounds;
  const chunks: Buffer[] = [];
  let size = 0;
  const length = Number(payload.headers['content-length'] ?? 0);
  if (length > maxBytes) {
    read(tooLarge());
    return () => {};
  }
  const late = setTimeout(() => finish(timedOut(withinMs)), withinMs);
  const onData = (chunk: Buffer): void => {
    size += chunk.length;
    if (size > maxBytes) finish(tooLarge());
    else chunks.push(chunk);
  };
  const onEnd = (): void => finish(null);
  const onGone = (): void => stop();
  const stop = (): void => {
    clearTimeout(late);
    payload.off('data', onData).off('end', onEnd).off('close', onGone);
    // The rest of the body, and its errors, are discarded.
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
      // A `GatewayError` comes from the HTTP parser. Any other error means that the connection has ended.
      if (error instanceof GatewayError) finish(error);
    });
  return finish;
}

const timedOut = (withinMs: number): GatewayError =>
  new GatewayError('REQUEST_TIMEOUT', {
    detail: `The body did not arrive in time.`,
    errors: [{ field: 'body', message: `Must arrive within ${Math.ceil(withinMs / 1_000)} s` }],
  });
