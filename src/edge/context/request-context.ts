import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Hooks, Parts } from '#gateway/edge/stage/stage';
import { GatewayError } from '#libs/errors';
import { inRequest, readTraceContext, traceIdOf } from '#libs/observe';
import { Context } from '#libs/upstream';
import type { FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** What the request carries through the house. */
    context: Context;
    /** Whether it is answered with a stream: it is open for as long as the client stays. */
    isStream: boolean;
  }
}

const REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;

/** The client's `X-Request-Id` where it is one, else a new one. */
export function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}

/**
 * Opens the request's context before anything else, keeps every log line of the request under its id, and ends the
 * calls made for it when the client has gone.
 */
export const requestContext = ({
  config: { REQUEST_TIMEOUT_MS },
}: Parts): Pick<Hooks, 'onRequest' | 'preValidation'> => ({
  onRequest(request, reply, done) {
    const context = contextOf(request, REQUEST_TIMEOUT_MS);
    request.context = context;
    void reply.header('x-request-id', request.id);
    reply.raw.once('close', () => context.end());
    inRequest(context.log, done);
  },

  // Reading a body leaves the asynchronous context it was started in.
  preValidation: ({ context }, _reply, done) => inRequest(context.log, done),
});

/** Refuses an `X-Request-Timeout-Ms` that is not a time. */
export const requestTimeout = (): Pick<Hooks, 'onRequest'> => ({
  onRequest: ({ headers }, _reply, done) => done(timeoutError(headers['x-request-timeout-ms'])),
});

const LONGEST_USER_AGENT = 200;

function contextOf({ id, ip, headers }: FastifyRequest, mostMs: number): Context {
  // Two lines of `traceparent` are one value with a comma, which is none (section 3.2).
  const trace = headers['traceparent'] && readTraceContext(String(headers['traceparent']), headers['tracestate']);
  const asked = Number(headers['x-request-timeout-ms'] ?? mostMs);
  return new Context({
    log: { requestId: id, ...(trace ? { traceId: traceIdOf(trace) } : {}) },
    trace: trace || undefined,
    client: { address: ip, userAgent: (headers['user-agent'] ?? '').slice(0, LONGEST_USER_AGENT) },
    timeoutMs: asked >= 1 ? Math.min(asked, mostMs) : mostMs,
  });
}

function timeoutError(given: string | string[] | undefined): GatewayError | undefined {
  if (given === undefined || /^[1-9]\d{0,8}$/.test(String(given))) return undefined;
  const errors = [
    { field: 'X-Request-Timeout-Ms', message: 'Must be a whole number of milliseconds, at least 1' },
  ];
  return new GatewayError('BAD_REQUEST', { detail: 'X-Request-Timeout-Ms is not a time.', errors });
}
