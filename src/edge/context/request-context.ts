import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { inUtf8 } from '#gateway/edge/headers/in-utf8';
import { restoreMethod } from '#gateway/edge/methods/method-not-allowed';
import type { Hooks, Parts } from '#gateway/edge/stage/stage';
import { GatewayError } from '#libs/errors';
import { inRequest, readTraceContext, traceIdOf } from '#libs/observe';
import { Context } from '#libs/upstream';
import type { FastifyRequest } from 'fastify';
import { clientAppOf } from './client-app.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The context of the request. */
    context: Context;
    /** Whether the response is a stream, open for as long as the client stays. */
    isStream: boolean;
  }
}

const REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;

/** The client's `X-Request-Id` if it is valid, else a new UUID. */
export function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}

/**
 * Creates the context of a request, runs the request in its log scope, and cancels its upstream calls when the
 * connection closes.
 */
export const requestContext = ({
  config: { REQUEST_TIMEOUT_MS },
}: Parts): Pick<Hooks, 'onRequest' | 'preValidation'> => ({
  onRequest(request, reply, done) {
    restoreMethod(request.raw);
    const context = contextOf(request, REQUEST_TIMEOUT_MS);
    request.context = context;
    void reply.header('x-request-id', request.id);
    reply.raw.once('close', () => context.end());
    inRequest(context.log, done);
  },

  // Reading the body leaves the AsyncLocalStorage scope, so it is entered again.
  preValidation: ({ context }, _reply, done) => inRequest(context.log, done),
});

/** Refuses an invalid `X-Request-Timeout-Ms`. */
export const requestTimeout = (): Pick<Hooks, 'onRequest'> => ({
  onRequest: ({ headers }, _reply, done) => done(timeoutError(headers['x-request-timeout-ms'])),
});

const MAX_USER_AGENT_LENGTH = 200;

function contextOf({ id, ip, headers }: FastifyRequest, maxMs: number): Context {
  // Node joins two `traceparent` lines with a comma, which makes the value invalid (section 3.2).
  const trace = headers['traceparent'] && readTraceContext(String(headers['traceparent']), headers['tracestate']);
  const timeoutMs = Number(headers['x-request-timeout-ms'] ?? maxMs);
  return new Context({
    log: { requestId: id, ...(trace ? { traceId: traceIdOf(trace) } : {}) },
    trace: trace || undefined,
    client: {
      address: ip,
      userAgent: inUtf8(headers['user-agent'] ?? '').slice(0, MAX_USER_AGENT_LENGTH),
      app: clientAppOf(headers),
    },
    timeoutMs: timeoutMs >= 1 ? Math.min(timeoutMs, maxMs) : maxMs,
  });
}

function timeoutError(given: string | string[] | undefined): GatewayError | undefined {
  if (given === undefined || /^[1-9]\d{0,8}$/.test(String(given))) return undefined;
  const errors = [
    { field: 'X-Request-Timeout-Ms', message: 'Must be a whole number of milliseconds, at least 1' },
  ];
  return new GatewayError('BAD_REQUEST', { detail: 'X-Request-Timeout-Ms is invalid.', errors });
}
