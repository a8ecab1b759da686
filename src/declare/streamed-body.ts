import type { IncomingMessage } from 'node:http';
import { PassThrough, type Readable } from 'node:stream';
import { GatewayError } from '#libs/errors';
import type { FastifyRequest } from 'fastify';
import { declareRoute } from './route.ts';

/** What a route says of bodies that it reads as they come. */
export interface Streamed {
  /** Media types that it takes. */
  types: readonly string[];
  /** What a body may have, in bytes. */
  mostBytes: number;
  /** A client that sends less is cut, in bytes a second; a while at the beginning is free. */
  leastBytesPerSecond: number;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    streamedBody?: Streamed;
  }
}

/**
 * Gives a handler its body as a `Readable` while it comes: it has a cap of its own, and a pace in place of the time that
 * other bodies must arrive in. The request holds its place from the headers on.
 */
export const StreamedBody = (streamed: Streamed): MethodDecorator => declareRoute({ streamedBody: streamed });

/** What the route of a request says of its body. */
export const streamedOf = ({ routeOptions }: Pick<FastifyRequest, 'routeOptions'>): Streamed | undefined =>
  routeOptions.config?.streamedBody;

/** How often the pace is looked at, in milliseconds: what clients of a phone network send comes in bursts. */
const LOOK_MS = 5_000;

/**
 * A body as it comes. It fails with PAYLOAD_TOO_LARGE past its cap, REQUEST_TIMEOUT below its pace, and BAD_REQUEST where the
 * client leaves.
 * @param lookMs how often the pace is looked at
 */
export function streamedBody(
  payload: IncomingMessage,
  { mostBytes, leastBytesPerSecond }: Streamed,
  lookMs = LOOK_MS,
): Readable {
  const body = new PassThrough();
  let size = 0;
  let before = 0;
  const fail = (code: 'PAYLOAD_TOO_LARGE' | 'REQUEST_TIMEOUT' | 'BAD_REQUEST', detail: string): void => {
    payload.unpipe(body).resume();
    body.destroy(new GatewayError(code, { detail }));
  };
  const pace = setInterval(() => {
    const came = size - before;
    before = size;
    // Where the reader is the slow one, the client has to wait.
    if (body.writableNeedDrain) return;
    if (came < (leastBytesPerSecond * lookMs) / 1_000) fail('REQUEST_TIMEOUT', 'The body comes too slowly.');
  }, lookMs);
  payload.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > mostBytes) fail('PAYLOAD_TOO_LARGE', `The body may have ${mostBytes} bytes.`);
  });
  payload.once('error', () => {});
  payload.once('close', () => {
    if (!payload.complete) fail('BAD_REQUEST', 'The body was not finished.');
  });
  body.once('close', () => clearInterval(pace));
  return payload.pipe(body);
}
