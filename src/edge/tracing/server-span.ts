import { catalogue } from '#libs/errors';
import type { FastifyRequest } from 'fastify';
import { costOf } from '#gateway/edge/limits/reservation';
import { noted } from './noted-error.ts';

/** The status nginx logs for a client that closed the connection before the response. */
export const CLIENT_CLOSED = 499;
/** The status of an upgraded connection. */
export const SWITCHED = 101;
/** The status of a stream that its client closed. */
export const STREAM_CLOSED = 200;

/** Methods that a span may be named by; others are `_OTHER` (HTTP semantic conventions). */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH', 'QUERY']);

/**
 * Ends the first span of a request, by HTTP semantic conventions 1.45; nothing if it is not recorded. All its attributes
 * are set here, at once: the query is left out of the path, since it may contain secrets.
 * @param elapsedMs the time from its first byte to the end of the answer; until now if left out
 */
export function endRequestSpan(request: FastifyRequest, status: number, elapsedMs?: number): void {
  const { context, method, protocol, routeOptions, ip, raw, url } = request;
  const root = context.recording?.root;
  if (!root || root.endMs !== undefined) return;
  const { url: route } = routeOptions;
  const { httpVersion } = raw;
  const { degraded, log } = context;
  const isKnown = METHODS.has(method);
  const query = url.indexOf('?');
  const code = noted(context);
  root.name = `${isKnown ? method : 'HTTP'}${route ? ` ${route}` : ''}`;
  root.attributes = {
    'http.request.method': isKnown ? method : '_OTHER',
    'http.request.method_original': isKnown ? undefined : method,
    'url.scheme': protocol,
    'url.path': query < 0 ? url : url.slice(0, query),
    'network.protocol.version': httpVersion === '2.0' ? '2' : httpVersion,
    'http.route': route,
    'http.response.status_code': status,
    'client.address': ip,
    'enduser.id': log.callerId,
    'atrium.request_id': log.requestId,
    'atrium.deadline_left_ms': request.isStream ? undefined : context.remainingMs,
    'atrium.code': code,
    'atrium.cost': costOf(context),
    'atrium.stream': request.isStream || undefined,
    'atrium.admin': request.isOperator || undefined,
    'atrium.degraded': degraded.length ? degraded.map(({ part, reason }) => `${part}:${reason}`) : undefined,
  };
  root.end(errorOf(status, code), elapsedMs && root.startMs + elapsedMs);
}

/** A fault of ours or of an upstream; a GraphQL response that contains one has status 200. What the client did wrong is none. */
function errorOf(status: number, code: string | undefined): string | undefined {
  const isFault = status >= 500 || (code !== undefined && (catalogue as Catalogue)[code]!.status >= 500);
  return isFault ? (code ?? String(status)) : undefined;
}

type Catalogue = Record<string, { status: number } | undefined>;
