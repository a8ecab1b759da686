import type { Config } from '#gateway/config/config';
import { isOfKind } from '#gateway/declare/route-kind';
import { serializeOrigin } from '#libs/client-address';
import type { FastifyRequest } from 'fastify';

type Asking = Pick<FastifyRequest, 'headers' | 'method' | 'routeOptions' | 'protocol' | 'host'>;

/**
 * Whether a request was made by a page that may make it, and not by a stranger's page with the visitor's cookie: it has
 * the header `X-CSRF: 1`, which a stranger's page cannot set without a preflight (RFC 10017, cookie mode), and comes from
 * an allowed origin where the browser says from where. What cannot set a header (a navigation, a stream, a socket)
 * must say instead that it comes from here.
 */
export function isFromPage(request: Asking, config: Config): boolean {
  const { origin } = request.headers;
  if (!isFromKnownOrigin(request, config)) return false;
  if (request.headers['x-csrf'] === '1') return true;
  if (!cannotSetHeaders(request)) return false;
  return origin !== undefined || request.headers['sec-fetch-site'] === 'same-origin';
}

/** Whether a page that made a request may do so; who is no browser does not say where from. */
export function isFromKnownOrigin(
  { headers: { origin }, protocol, host }: Pick<Asking, 'headers' | 'protocol' | 'host'>,
  { CORS_ORIGINS, PUBLIC_URL }: Config,
): boolean {
  if (origin === undefined) return true;
  return origin === serializeOrigin(protocol, host) || origin === PUBLIC_URL || CORS_ORIGINS.includes(origin);
}

function cannotSetHeaders(request: Asking): boolean {
  const { method, headers } = request;
  if (method !== 'GET') return false;
  const isStream = headers.accept?.includes('text/event-stream') || headers.upgrade?.toLowerCase() === 'websocket';
  return isStream || isOfKind(request, 'browser');
}
