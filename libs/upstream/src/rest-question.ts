import { GatewayError } from '#libs/errors';

/** The variable parts of an HTTP request. */
export interface RestQuestion {
  /** Fills the `{…}` of the path. */
  params?: Record<string, string>;
  query?: Record<string, string>;
  /** Beside those of every request. Never a header of the client. */
  headers?: Record<string, string>;
  /** Sent as JSON. */
  body?: unknown;
}

/**
 * Builds the path and query of a request.
 * @throws {GatewayError} NOT_FOUND for an id that is not a path segment
 */
export function fill(path: string, { params = {}, query }: RestQuestion): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => segment(params[name]));
  return query ? `${filled}?${new URLSearchParams(query)}` : filled;
}

/** Encodes a path segment (RFC 3986, 3.3). No thing has an id that is not a segment, or that changes the path. */
function segment(id = ''): string {
  if (/^\.{0,2}$|\p{Surrogate}/u.test(id)) {
    throw new GatewayError('NOT_FOUND', { cause: 'an id that is no path segment' });
  }
  return encodeURIComponent(id);
}
