import {
  attachSpan,
  type CallTraces,
  inRequest,
  type Logger,
  readTraceContext,
  type Span,
  traceIdOf,
} from '#libs/observe';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { beginVisit, type Visit, visitOf } from './visit.ts';

/** Probe requests, which are logged at `debug`. */
const PROBES = new Set(['/livez', '/readyz']);

/**
 * Creates the request's store first, returns its `X-Request-Id`, and logs one line at its end: method, route, status,
 * durationMs, callerId.
 */
export function observeRequests(server: FastifyInstance, log: Logger, traces?: CallTraces): void {
  server.addHook('onRequest', (request, reply, done) => {
    const visit = beginVisit(request, request.id);
    const { store } = visit;
    record(visit, request, traces);
    reply.header('X-Request-Id', request.id);
    inRequest(store, done);
  });
  // A body is read in callbacks of the socket, outside the request's store.
  server.addHook('preValidation', (request, _reply, done) => inRequest(visitOf(request).store, done));
  server.addHook('onResponse', (request, reply, done) => {
    const { store, startedAt, span, refusedFor: reason } = visitOf(request);
    if (span) endSpan(span, request, reply.statusCode);
    const route = request.routeOptions.url ?? null;
    const line = {
      method: request.method,
      route,
      status: reply.statusCode,
      durationMs: Math.round((performance.now() - startedAt) * 100) / 100,
      ...(reason === undefined ? {} : { reason }),
    };
    inRequest(store, () => log[PROBES.has(route ?? '') ? 'debug' : 'info'](line, 'request'));
    done();
  });
}

/** Notes the trace of a request, and begins its span (HTTP conventions of OpenTelemetry); probes have none. */
function record(visit: Visit, { headers, method, url, id, protocol }: FastifyRequest, traces?: CallTraces): void {
  const { store, startedAt: startMs } = visit;
  const trace = headers['traceparent']
    ? readTraceContext(String(headers['traceparent']), headers['tracestate'])
    : undefined;
  if (trace) store.traceId = traceIdOf(trace);
  const [path = ''] = url.split('?');
  if (!traces || PROBES.has(path)) return;
  const attributes = { 'http.request.method': method, 'url.path': path, 'url.scheme': protocol };
  const recording = traces.begin({ requestId: id, trace, name: method, kind: 'server', attributes, startMs });
  if (!recording) return;
  visit.span = recording.root;
  store.traceId = recording.traceId;
  attachSpan(store, recording.root);
}

function endSpan(span: Span, request: FastifyRequest, status: number): void {
  const { url: route } = request.routeOptions;
  const { store } = visitOf(request);
  if (route) span.name = `${request.method} ${route}`;
  span.attributes['http.route'] = route;
  span.attributes['http.response.status_code'] = status;
  span.attributes['enduser.id'] = store.callerId;
  span.attributes['atrium.request_id'] = store.requestId;
  span.end(status >= 500 ? String(status) : undefined);
}
