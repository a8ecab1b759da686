import { inRequest, type Logger } from '#libs/observe';
import type { FastifyInstance } from 'fastify';
import { beginVisit, visitOf } from './visit.ts';

/** Probe requests, which are logged at `debug`. */
const PROBES = new Set(['/livez', '/readyz']);

/**
 * Opens the request's store before anything else, answers its `X-Request-Id`, and logs one line when it is over:
 * method, route, status, durationMs, callerId.
 */
export function observeRequests(server: FastifyInstance, log: Logger): void {
  server.addHook('onRequest', (request, reply, done) => {
    const { store } = beginVisit(request, request.id);
    reply.header('X-Request-Id', request.id);
    inRequest(store, done);
  });
  // A body is read in callbacks of the socket, outside of the request's store.
  server.addHook('preValidation', (request, _reply, done) => inRequest(visitOf(request).store, done));
  server.addHook('onResponse', (request, reply, done) => {
    const { store, startedAt } = visitOf(request);
    const route = request.routeOptions.url ?? null;
    const line = {
      method: request.method,
      route,
      status: reply.statusCode,
      durationMs: Math.round((performance.now() - startedAt) * 100) / 100,
    };
    inRequest(store, () => log[PROBES.has(route ?? '') ? 'debug' : 'info'](line, 'request'));
    done();
  });
}
