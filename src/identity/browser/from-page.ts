import type { Config } from '#gateway/config/config';
import { isOfKind } from '#gateway/declare/route-kind';
import { serializeOrigin } from '#libs/client-address';
import { takesEvents } from '#libs/negotiation';
import type { FastifyRequest } from 'fastify';

type PageRequest = Pick<FastifyRequest, 'headers' | 'method' | 'routeOptions' | 'protocol' | 'host'>;

/**
 * Whether an allowed page made the request, and not another site with the visitor's cookie (CSRF): it has the header
 * `X-CSRF: 1`, which needs a preflight from other origins (RFC 10017, cookie mode), and its `Origin`, if any, is allowed. A
 * navigation, stream or socket, which cannot set headers, must be declared same-origin by the browser.
 */
export function isFromPage(request: PageRequest, config: Config): boolean {
  const { origin } = request.headers;
  if (!isFromKnownOrigin(request, config)) return false;
  if (request.headers['x-csrf'] === '1') return true;
  if (isOfKind(request, 'page')) return isVisitOrForm(request);
  if (!cannotSetHeaders(request)) return false;
  return origin !== undefined || request.headers['sec-fetch-site'] === 'same-origin';
}

/** Whether the `Origin` of a request is allowed; clients other than browsers send none. */
export function isFromKnownOrigin(
  { headers: { origin }, protocol, host }: Pick<PageRequest, 'headers' | 'protocol' | 'host'>,
  { CORS_ORIGINS, PUBLIC_URL }: Config,
): boolean {
  if (origin === undefined) return true;
  return origin === serializeOrigin(protocol, host) || origin === PUBLIC_URL || CORS_ORIGINS.includes(origin);
}

/**
 * Whether a visitor goes to a page, or one of our pages sends its form. A navigation from another site counts, too: it only
 * reads, and has no `Strict` cookie. Clients without Fetch Metadata send `Origin` with a form, or its token: see `FormGuard`.
 */
function isVisitOrForm({ method, headers, routeOptions }: PageRequest): boolean {
  const { 'sec-fetch-site': site, 'sec-fetch-dest': destination } = headers;
  if (site === undefined || site === 'same-origin') return method !== 'POST' || !!routeOptions.config?.takesForms;
  return (method === 'GET' || method === 'HEAD') && (site === 'none' || destination === 'document');
}

function cannotSetHeaders(request: PageRequest): boolean {
  const { method, headers } = request;
  if (method !== 'GET') return false;
  const isStream = takesEvents(headers.accept) || headers.upgrade?.toLowerCase() === 'websocket';
  return isStream || isOfKind(request, 'browser');
}
