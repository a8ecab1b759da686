import { GatewayError } from '#libs/errors';

/** What goes into one HTTP request. */
export interface RestQuestion {
  /** Fills the `{…}` of the path. */
  params?: Record<string, string>;
  query?: Record<string, string>;
  /** Beside those that every request has. Never one of a client's. */
  headers?: Record<string, string>;
  /** Sent as JSON. */
  body?: unknown;
}

/** The path and query of a request. @throws {GatewayError} NOT_FOUND for an id that is no path segment */
export function fill(path: string, { params = {}, query }: RestQuestion): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => segment(params[name]));
  return query ? `${filled}?${new URLSearchParams(query)}` : filled;
}

/** A segment of a path (RFC 3986, 3.3). Nothing has an id that cannot be one, or that would lead elsewhere. */
function segment(id = ''): string {
  if (/^\.{0,2}$|\p{Surrogate}/u.test(id)) {
    throw new GatewayError('NOT_FOUND', { cause: 'an id that is no path segment' });
  }
  return encodeURIComponent(id);
}
