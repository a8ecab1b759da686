import { hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { heldTag, isForTag } from '#gateway/edge/compression/coded-tags';
import { becomeError } from '#gateway/edge/errors/answer-error';
import type { Hooks } from '#gateway/edge/stage/stage';
import { type Freshness, freshnessOf } from '#libs/cache';
import { GatewayError } from '#libs/errors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { groupList } from './cache-groups.ts';
import { privateHeaders, publicHeaders, staleIfErrorHeaders } from './freshness-headers.ts';
import { entityTag, versionOf } from '#gateway/declare/resource-version';
import { varyOf } from './vary.ts';

/** The default `Cache-Control` of the security headers; any other value was set by a handler, and is kept. */
const DEFAULT_CACHE_CONTROL = 'no-store';

/** Methods with cacheable responses (RFC 9110, 9.2.3; RFC 10008, 2.7). */
const CACHEABLE = new Set(['GET', 'HEAD', 'QUERY']);

/** Safe methods (RFC 9110, 9.2.1; RFC 10008). */
const SAFE = new Set([...CACHEABLE, 'OPTIONS', 'TRACE']);

/** What a handler's `Cache-Control` has where no validator is of use: nobody may keep it, or it never changes. */
const NEEDS_NO_TAG = /\b(?:no-store|immutable)\b/i;

/** The length of the hash in an entity tag, in characters of base64url: 162 bits. */
const TAG_LENGTH = 27;

/** Sets the cache headers of each response, once its representation exists. */
export const httpCache = (): Pick<Hooks, 'onSend'> => ({
  onSend(request, reply, payload, done) {
    nameInvalidated(request, reply);
    done(null, forCaches(request, reply, payload));
  },
});

/**
 * Sends the cache groups that a write has invalidated, whatever its outcome, so that caches on the path invalidate
 * theirs (RFC 9875, section 3). Caches ignore the header on safe methods.
 */
function nameInvalidated({ method, context }: FastifyRequest, reply: FastifyReply): void {
  const { invalidatedTags } = context;
  if (!invalidatedTags?.size || SAFE.has(method)) return;
  const groups = groupList(invalidatedTags);
  if (groups) void reply.header('cache-group-invalidation', groups);
}

/**
 * Sets the cache headers (RFC 9111) of a response to GET, HEAD or QUERY from the freshness of its parts: the
 * shortest lifetime counts, and data of the caller makes it `private`. A response with a missing part or an error
 * is not cacheable. A response whose handler lets caches keep it gets a tag alone. The response to a write of a
 * versioned resource gets the tag for the next `If-Match`.
 * @returns the payload to send: none, with 304, if the client has it; a problem, with 412, if `If-Match` fails
 * (RFC 9110, 13.1)
 */
function forCaches(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
  if (!isRepresentation(payload)) return payload;
  if (isVersionedWrite(request, reply)) {
    // The representation is that of a GET of the same URL (RFC 9110, 8.7), so it has the same tag.
    void reply.headers({ etag: tagOf(request, payload), 'content-location': request.url });
    return payload;
  }
  if (isKeptByHandler(request, reply)) return conditional(request, reply, payload);
  const freshness = freshnessOf(request.context);
  if (!freshness || !isKeepable(request, reply, freshness)) return payload;
  if (!freshness.isPrivate && isStaleIfError(request, freshness)) {
    void reply.headers(staleIfErrorHeaders(freshness));
    return payload;
  }
  const headers = freshness.isPrivate ? privateHeaders(freshness) : publicHeaders(freshness);
  return conditional(request, reply, payload, {
    ...headers,
    vary: varyOf(reply.getHeader('vary'), freshness.isPrivate),
  });
}

/** Sends a representation with its tag and these headers, or 304 or 412 in its place. */
function conditional(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: string | Buffer,
  headers: Record<string, string> = {},
): unknown {
  const etag = tagOf(request, payload);
  if (!isForTag(request.headers, etag)) return preconditionFailed(request, reply);
  const held = heldTag(request.headers, etag);
  void reply.headers({ ...headers, etag: held ?? etag });
  return held === undefined ? payload : notModified(request, reply);
}

/** Whether a handler has set a `Cache-Control` with which caches may keep the response, and no tag of its own. */
function isKeptByHandler({ method }: FastifyRequest, reply: FastifyReply): boolean {
  if (!CACHEABLE.has(method) || reply.statusCode !== 200 || reply.hasHeader('etag')) return false;
  return !NEEDS_NO_TAG.test(String(reply.getHeader('cache-control') ?? DEFAULT_CACHE_CONTROL));
}

function isKeepable({ method, context }: FastifyRequest, reply: FastifyReply, freshness: Freshness): boolean {
  if (!CACHEABLE.has(method) || reply.statusCode !== 200 || freshness.isBroken) return false;
  // A public response without any declared lifetime is not cacheable.
  if (!freshness.isPrivate && freshness.lifetimeMs === Infinity) return false;
  return (
    reply.getHeader('cache-control') === DEFAULT_CACHE_CONTROL &&
    context.degraded.every(({ reason }) => reason === 'STALE')
  );
}

const isVersionedWrite = ({ method, context }: FastifyRequest, { statusCode }: FastifyReply): boolean =>
  !SAFE.has(method) && statusCode === 200 && versionOf(context) !== undefined;

const isStaleIfError = ({ context }: FastifyRequest, { hasStaleIfError }: Freshness): boolean =>
  hasStaleIfError || context.degraded.length > 0;

/** The strong entity tag of an uncompressed representation, from its bytes and the version of its resource. */
function tagOf(request: FastifyRequest, payload: string | Buffer): string {
  request.digest = hash('sha256', payload, 'base64url');
  return entityTag(request.digest.slice(0, TAG_LENGTH), versionOf(request.context));
}

const isRepresentation = (payload: unknown): payload is string | Buffer =>
  typeof payload === 'string' || Buffer.isBuffer(payload);

/** Preconditions apply to reads, too (RFC 9110, 13.2.2). */
function preconditionFailed(request: FastifyRequest, reply: FastifyReply): string {
  const error = new GatewayError('PRECONDITION_FAILED', {
    detail: 'The current entity tag does not match If-Match.',
    headers: { 'cache-control': DEFAULT_CACHE_CONTROL },
  });
  void reply.removeHeader('content-length');
  return becomeError(error, request, reply);
}

/**
 * Removes the content headers: `Content-Length: 0` would be taken for that of the representation (RFC 9110, 8.6).
 */
function notModified({ method }: FastifyRequest, reply: FastifyReply): Readable | null {
  void reply.code(304).removeHeader('content-length').removeHeader('content-type');
  // Fastify's HEAD route runs later, and sets `Content-Length` for any payload but a stream.
  return method === 'HEAD' ? Readable.from([]) : null;
}
