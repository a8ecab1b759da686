import type { FastifyServerOptions } from 'fastify';
import { sendProblem } from './problem.filter.ts';
import { requestId } from './request-id.ts';

/** The default body limit, in bytes. */
const BODY_LIMIT_BYTES = 10_240;

/** The timeout for receiving a request, in milliseconds. */
const REQUEST_TIMEOUT_MS = 30_000;

/** How the HTTP server is set up. */
export const serverOptions = (bodyLimit = BODY_LIMIT_BYTES): FastifyServerOptions => ({
  bodyLimit,
  requestTimeout: REQUEST_TIMEOUT_MS,
  genReqId: (request) => requestId(request.headers['x-request-id']),
  // An overlong id is not found (404); Node's header limit bounds its length.
  routerOptions: { maxParamLength: 16_384 },
  // Router errors (a malformed URL) reach neither hooks nor Nest's filter.
  frameworkErrors: (error, request, reply) => sendProblem(reply.header('X-Request-Id', request.id), error),
});
