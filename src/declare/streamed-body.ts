import type { IncomingMessage } from 'node:http';
import { PassThrough, type Readable } from 'node:stream';
import type { Config } from '#gateway/config/config';
import { GatewayError } from '#libs/errors';
import { applyDecorators } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Refuses } from './refusals.ts';
import { declareRoute } from './route.ts';

/** The limits of a streamed request body. */
export interface Streamed {
  /** The accepted media types; 'any' also for none, but for forms: a file in a form is not the body. */
  types: readonly string[] | 'any';
  /** Whether the body is text, which must be UTF-8: a type with another charset is refused. */
  isText?: boolean;
  /** The maximum body size, in bytes, decoded and as it is sent; or the setting that has it. */
  maxBytes: number | ((config: Config) => number);
  /** Whether the body may be compressed: it is decoded as it arrives. */
  isDecoded?: boolean;
  /** The minimum rate of the client, in bytes a second, after a grace period. */
  leastBytesPerSecond: number;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    streamedBody?: Streamed;
  }
}

/**
 * Gives a handler its body as a `Readable` while it arrives, with its own size limit, and a minimum rate in place of the
 * body timeout. The request holds no place in the concurrency limit; the caps on unfinished bodies count it, and refuse the
 * newest one.
 */
export const StreamedBody = (streamed: Streamed): MethodDecorator =>
  applyDecorators(
    declareRoute({ streamedBody: streamed }),
    Refuses('REQUEST_TIMEOUT', 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'),
  );

/** The body limits that the request's route declares. */
export const streamedOf = ({ routeOptions }: Pick<FastifyRequest, 'routeOptions'>): Streamed | undefined =>
  routeOptions.config?.streamedBody;

/** The streamed body of a request; undefined without one. */
export const streamIn = ({ body }: Pick<FastifyRequest, 'body'>): Readable | undefined =>
  body as Readable | undefined;

/** Whether the client has left before the end of its body. */
export const isCutOff = ({ raw }: Pick<FastifyRequest, 'raw'>): boolean => raw.destroyed && !raw.complete;

/** Reads the rest of a streamed body that is not used, so that the client, which is still sending, receives the answer. */
export const discardStream = (request: Pick<FastifyRequest, 'body'>): void => void streamIn(request)?.destroy();

/** The interval of rate checks, in milliseconds: mobile networks deliver in bursts. */
const POLL_MS = 5_000;

/**
 * Streams a request body. It fails with PAYLOAD_TOO_LARGE above its size limit, REQUEST_TIMEOUT below its minimum rate, and,
 * after what has arrived, with BAD_REQUEST if the client disconnects.
 * @param pollMs the interval of rate checks
 */
export function streamedBody(
  payload: IncomingMessage,
  { maxBytes, leastBytesPerSecond }: { maxBytes: number; leastBytesPerSecond: number },
  pollMs = POLL_MS,
): Readable {
  let failure: GatewayError | undefined;
  const body = new PassThrough({ flush: (done) => done(failure) });
  let size = 0;
  let before = 0;
  const fail = (code: 'PAYLOAD_TOO_LARGE' | 'REQUEST_TIMEOUT' | 'BAD_REQUEST', detail: string): void => {
    payload.unpipe(body).resume();
    body.destroy(new GatewayError(code, { detail }));
  };
  const pace = setInterval(() => {
    const came = size - before;
    before = size;
    // A slow reader holds the client back, which is not the client's fault.
    if (body.writableNeedDrain) return;
    if (came < (leastBytesPerSecond * pollMs) / 1_000) fail('REQUEST_TIMEOUT', 'The body arrives too slowly.');
  }, pollMs);
  payload.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > maxBytes) fail('PAYLOAD_TOO_LARGE', `The body may have ${maxBytes} bytes.`);
  });
  // Bytes that are no HTTP are an error of the request, after which it neither ends nor closes by itself.
  payload.on('error', (error: Error) => {
    failure ??= error instanceof GatewayError ? error : incomplete();
    payload.unpipe(body);
    body.end();
  });
  // A handler may have answered without reading it: an error that nobody reads must not end the process.
  body.on('error', () => {});
  payload.once('end', () => clearInterval(pace));
  payload.once('close', () => {
    if (payload.complete) return;
    // What has arrived can still be read.
    failure ??= incomplete();
    payload.unpipe(body);
    body.end();
  });
  body.once('close', () => {
    clearInterval(pace);
    // What a handler has not read would hold up the next request of the connection.
    payload.unpipe(body).resume();
  });
  return payload.pipe(body);
}

const incomplete = (): GatewayError => new GatewayError('BAD_REQUEST', { detail: 'The body is incomplete.' });
