import type { FastifyServerOptions } from 'fastify';
import { sendProblem } from './problem.filter.ts';
import { requestId } from './request-id.ts';

/** The largest body read, in bytes: a name, an address and a password fit many times. */
const BODY_LIMIT_BYTES = 10_240;

/** A request must have arrived in full after this long. */
const REQUEST_TIMEOUT_MS = 30_000;

/** How the HTTP server is set up. */
export const serverOptions = (bodyLimit = BODY_LIMIT_BYTES): FastifyServerOptions => ({
  bodyLimit,
  requestTimeout: REQUEST_TIMEOUT_MS,
  genReqId: (request) => requestId(request.headers['x-request-id']),
  // An over-long id is nobody's (404); how long it may get is limited by Node's limit for headers.
  routerOptions: { maxParamLength: 16_384 },
  // What the router refuses (a malformed URL) reaches neither hooks nor Nest's filter.
  frameworkErrors: (error, request, reply) => sendProblem(reply.header('X-Request-Id', request.id), error),
});
