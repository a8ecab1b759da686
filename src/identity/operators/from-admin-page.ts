import type { FastifyRequest } from 'fastify';

/** Where a navigation comes from that nobody else has led to: this very origin, or the visitor. */
const OWN_SITES = new Set<unknown>(['same-origin', 'none']);

/**
 * Whether a request to the admin port was made by a page of the admin port, and not by another page with the cookie of its
 * visitor: not even by one of another port of this host, nor of `CORS_ORIGINS`. It has the header `X-CSRF: 1`, which needs a preflight
 * from elsewhere, or is a `GET` of which the browser says that it comes from here.
 */
export function isFromAdminPage({
  headers,
  method,
  raw,
}: Pick<FastifyRequest, 'headers' | 'method' | 'raw'>): boolean {
  const { origin } = headers;
  // By name alone: a proxy in front may speak TLS.
  const isOurs = origin === undefined || (URL.canParse(origin) && new URL(origin).host === raw.headers.host);
  if (!isOurs) return false;
  return headers['x-csrf'] === '1' || (method === 'GET' && OWN_SITES.has(headers['sec-fetch-site']));
}
