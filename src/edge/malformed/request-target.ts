import type { IncomingMessage } from 'node:http';
import { GatewayError } from '#libs/errors';
import type { Parts } from '#gateway/edge/stage/stage';
import { versionedUrl } from '#gateway/edge/versions/versions';

/** In characters; no part of a path may be longer to a route. */
export const MAX_URL_LENGTH = 8_192;
/** A path of no route. Targets that cannot be read lead there, so that they pass the same edge as all others. */
const NOWHERE = '/%25';
const ABSOLUTE = /^https?:\/\/([^/?#]*)(.*)$/is;
/** A host with or without a port; without a name for whoever has none (RFC 3986, section 3.2.2). */
const HOST = /^(?:\[[\da-f:.]+\]|[\w.~!$&'()*+,;=%-]*)(?::\d{0,5})?$/i;
const refusals = new WeakMap<IncomingMessage, GatewayError>();

/** Whether a `Host` header or the authority of a target is a host (RFC 9112, section 3.2); no user information. */
export const isHost = (given: string): boolean => HOST.test(given);

/** Why the target of a request could not be read; undefined where it could. */
export const targetRefusal = (request: IncomingMessage): GatewayError | undefined => refusals.get(request);

/**
 * The path that a request is routed by. A target in absolute form is put into origin form, and its authority replaces `Host`
 * (RFC 9112, section 3.2.2); a version that is named elsewhere is put into the path.
 */
export function routedUrl(this: Parts['server'], request: IncomingMessage): string {
  const target = request.url!;
  if (!target.startsWith('/') && !isInOriginForm(request, target)) return NOWHERE;
  if (request.url!.length > MAX_URL_LENGTH) {
    const detail = `The address may have ${MAX_URL_LENGTH} characters.`;
    refusals.set(request, new GatewayError('URI_TOO_LONG', { detail }));
    return NOWHERE;
  }
  if (isDecodable(request.url!)) return versionedUrl(this, request);
  refuse(request, 'The address cannot be decoded.', 'Must be percent-encoded UTF-8');
  return NOWHERE;
}

/** Puts a target of another form into origin form. @returns whether that was possible */
function isInOriginForm(request: IncomingMessage & { originalUrl?: string }, target: string): boolean {
  if (target === '*' && request.method === 'OPTIONS') return false;
  const [, authority, path = ''] = ABSOLUTE.exec(target) ?? [];
  if (!authority || !isHost(authority) || !URL.canParse(`http://${authority}`)) {
    refuse(request, 'The target of the request is no path, and no address of http or https.', 'Must be a path');
    return false;
  }
  request.url = path.startsWith('/') ? path : `/${path}`;
  // What Fastify took it to be.
  request.originalUrl = request.url;
  request.headers.host = authority;
  return true;
}

function refuse(request: IncomingMessage, detail: string, message: string): void {
  refusals.set(request, new GatewayError('BAD_REQUEST', { detail, errors: [{ field: 'path', message }] }));
}

/** Whether the path of an address is percent-encoded as it should be (RFC 3986, section 2.1). */
function isDecodable(url: string): boolean {
  if (!url.includes('%')) return true;
  try {
    decodeURI(url.split('?', 1)[0]!);
    return true;
  } catch {
    return false;
  }
}
