import type { IncomingMessage } from 'node:http';
import { GatewayError } from '#libs/errors';
import type { Parts } from '#gateway/edge/stage/stage';
import { routeOtherMethods } from '#gateway/edge/methods/method-not-allowed';
import { versionedUrl } from '#gateway/edge/versions/versions';

/** The maximum length of a URL, and of a path parameter, in characters. */
export const MAX_URL_LENGTH = 8_192;
/** A path without a route, for targets that cannot be parsed, so that they pass the same stages as others. */
const NOWHERE = '/%25';
const ABSOLUTE = /^https?:\/\/([^/?#]*)(.*)$/is;
/** A host with an optional port; may be empty (RFC 3986, section 3.2.2). */
const HOST = /^(?:\[[\da-f:.]+\]|[\w.~!$&'()*+,;=%-]*)(?::\d{0,5})?$/i;
const refusals = new WeakMap<IncomingMessage, GatewayError>();

/** Whether a `Host` header or an authority is a host, without user information (RFC 9112, section 3.2). */
export const isHost = (given: string): boolean => HOST.test(given);

/** The error for a target that could not be parsed; undefined for a valid one. */
export const targetRefusal = (request: IncomingMessage): GatewayError | undefined => refusals.get(request);

/** The error for a path, and what is wrong with it. */
export const badPath = (detail: string, message: string, cause?: Error): GatewayError =>
  new GatewayError('BAD_REQUEST', { detail, errors: [{ field: 'path', message }], cause });

/** The error for a target in none of the forms that are served (RFC 9112, section 3.2). */
export const noTarget = (cause?: Error): GatewayError =>
  badPath('The request target is neither a path nor an http or https URL.', 'Must be a path', cause);

/**
 * The path by which a request is routed. An absolute-form target becomes origin form, and its authority replaces
 * `Host` (RFC 9112, section 3.2.2). A version given outside the path is moved into it, and a method that the resource does
 * not support is routed to its refusal.
 */
export function routedUrl(this: Parts['server'], request: IncomingMessage): string {
  const url = urlOf(this, request);
  routeOtherMethods(this, request, url);
  return url;
}

function urlOf(server: Parts['server'], request: IncomingMessage): string {
  const target = request.url!;
  if (!target.startsWith('/') && !isInOriginForm(request, target)) return NOWHERE;
  if (request.url!.length > MAX_URL_LENGTH) {
    const detail = `The URL exceeds the limit of ${MAX_URL_LENGTH} characters.`;
    refusals.set(request, new GatewayError('URI_TOO_LONG', { detail }));
    return NOWHERE;
  }
  // Fastify would read what follows as the query.
  if (request.url!.includes('#')) {
    refuse(request, 'The URL has a fragment.', 'Must have no fragment; # in a path or query is %23');
    return NOWHERE;
  }
  if (isDecodable(request.url!)) return versionedUrl(server, request);
  refuse(request, 'The URL cannot be decoded.', 'Must be percent-encoded UTF-8');
  return NOWHERE;
}

/** Rewrites an absolute-form target to origin form. @returns whether that was possible */
function isInOriginForm(request: IncomingMessage & { originalUrl?: string }, target: string): boolean {
  if (target === '*' && request.method === 'OPTIONS') return false;
  const [, authority, path = ''] = ABSOLUTE.exec(target) ?? [];
  if (!authority || !isHost(authority) || !URL.canParse(`http://${authority}`)) {
    refusals.set(request, noTarget());
    return false;
  }
  request.url = path.startsWith('/') ? path : `/${path}`;
  // Fastify has set it already.
  request.originalUrl = request.url;
  request.headers.host = authority;
  return true;
}

function refuse(request: IncomingMessage, detail: string, message: string): void {
  refusals.set(request, badPath(detail, message));
}

/** Whether the path of a URL is valid percent-encoded UTF-8 (RFC 3986, section 2.1). */
function isDecodable(url: string): boolean {
  if (!url.includes('%')) return true;
  try {
    decodeURI(url.split('?', 1)[0]!);
    return true;
  } catch {
    return false;
  }
}
