import type { FastifyRequest } from 'fastify';

/** The values of `Sec-Fetch-Site` for a navigation that no other site started: from this origin, or by the visitor. */
const OWN_SITES = new Set<unknown>(['same-origin', 'none']);

/**
 * Whether a page of the admin port made the request, and no other page with the visitor's cookie (CSRF), not even one on
 * another port of this host or of `CORS_ORIGINS`. It has the header `X-CSRF: 1`, which needs a preflight from other
 * origins, or it is a `GET` that the browser declares same-origin, or a form that it declares so, of a route that takes
 * forms: no script can set `Sec-Fetch-Site`.
 */
export function isFromAdminPage({
  headers,
  method,
  raw,
  routeOptions,
}: Pick<FastifyRequest, 'headers' | 'method' | 'raw' | 'routeOptions'>): boolean {
  const { origin, 'sec-fetch-site': site } = headers;
  // Only the host is compared: a proxy in front may terminate TLS.
  const isOurs = origin === undefined || (URL.canParse(origin) && new URL(origin).host === raw.headers.host);
  if (!isOurs) return false;
  if (headers['x-csrf'] === '1' || (method === 'GET' && OWN_SITES.has(site))) return true;
  return method === 'POST' && routeOptions.config?.takesForms === true && site === 'same-origin';
}
