import { catalogue } from '#libs/errors';
import type { Attributes } from '#libs/observe';
import type { FastifyRequest } from 'fastify';
import { noted } from './noted-error.ts';

/** The status nginx logs for a client that closed the connection before the response. */
export const CLIENT_CLOSED = 499;
/** The status of an upgraded connection. */
export const SWITCHED = 101;
/** The status of a stream that its client closed. */
export const STREAM_CLOSED = 200;

/** Methods that a span may be named by; others are `_OTHER` (HTTP semantic conventions). */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH', 'QUERY']);

/** The attributes that are known when a request begins. The query is left out, since it may contain secrets. */
export function serverAttributes({ method, protocol, raw: { httpVersion }, url }: FastifyRequest): Attributes {
  const query = url.indexOf('?');
  const isKnown = METHODS.has(method);
  return {
    'http.request.method': isKnown ? method : '_OTHER',
    'http.request.method_original': isKnown ? undefined : method,
    'url.scheme': protocol,
    'url.path': query < 0 ? url : url.slice(0, query),
    'network.protocol.version': httpVersion === '2.0' ? '2' : httpVersion,
  };
}

/**
 * Ends the first span of a request, by HTTP semantic conventions 1.45; nothing if it is not recorded.
 * @param elapsedMs the time from its first byte to the end of the answer; until now if left out
 */
export function endRequestSpan(request: FastifyRequest, status: number, elapsedMs?: number): void {
  const { context, method, routeOptions, ip } = request;
  const root = context.recording?.root;
  if (!root || root.endMs !== undefined) return;
  const { url: route } = routeOptions;
  const { attributes } = root;
  const code = noted(context);
  root.name = `${attributes['http.request.method'] === '_OTHER' ? 'HTTP' : method}${route ? ` ${route}` : ''}`;
  attributes['http.route'] = route;
  attributes['http.response.status_code'] = status;
  attributes['client.address'] = ip;
  attributes['enduser.id'] = context.log.callerId;
  attributes['atrium.request_id'] = context.log.requestId;
  attributes['atrium.deadline_left_ms'] = request.isStream ? undefined : context.remainingMs;
  attributes['atrium.code'] = code;
  attributes['atrium.stream'] = request.isStream || undefined;
  attributes['atrium.admin'] = request.isOperator || undefined;
  if (context.degraded.length)
    attributes['atrium.degraded'] = context.degraded.map(({ part, reason }) => `${part}:${reason}`);
  root.end(errorOf(status, code), elapsedMs && root.startMs + elapsedMs);
}

/** A fault of ours or of an upstream; a GraphQL response that contains one has status 200. What the client did wrong is none. */
function errorOf(status: number, code: string | undefined): string | undefined {
  const isFault = status >= 500 || (code !== undefined && (catalogue as Catalogue)[code]!.status >= 500);
  return isFault ? (code ?? String(status)) : undefined;
}

type Catalogue = Record<string, { status: number } | undefined>;
