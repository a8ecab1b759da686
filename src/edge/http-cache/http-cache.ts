import { hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { heldTag, isForTag } from '#gateway/edge/compression/coded-tags';
import { becomeError } from '#gateway/edge/errors/answer-error';
import type { Hooks } from '#gateway/edge/stage/stage';
import { type Freshness, freshnessOf } from '#libs/cache';
import { GatewayError } from '#libs/errors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { groupList } from './cache-groups.ts';
import { privateHeaders, publicHeaders, standInHeaders } from './freshness-headers.ts';
import { entityTag, versionOf } from '#gateway/declare/resource-version';
import { varyOf } from './vary.ts';

/** What `setSecurityHeaders` says of every answer: a door that has said something else means it. */
const UNSAID = 'no-store';

/** Methods whose answers caches may keep (RFC 9110, 9.2.3; RFC 10008, 2.7). */
const CACHEABLE = new Set(['GET', 'HEAD', 'QUERY']);

/** Methods that change nothing (RFC 9110, 9.2.1; RFC 10008). */
const SAFE = new Set([...CACHEABLE, 'OPTIONS', 'TRACE']);

/** Of the hash of a representation so many characters of base64url are in its tag: 162 bits. */
const TAG_LENGTH = 27;

/** Tells HTTP caches what they may do with each answer, once its representation is there. */
export const httpCache = (): Pick<Hooks, 'onSend'> => ({
  onSend(request, reply, payload, done) {
    nameInvalidated(request, reply);
    done(null, forCaches(request, reply, payload));
  },
});

/**
 * Names the groups of answers that a write has made invalid, so that caches which the answer passes invalidate theirs (RFC
 * 9875, section 3), whatever came of the write. They ignore it with safe methods.
 */
function nameInvalidated({ method, context }: FastifyRequest, reply: FastifyReply): void {
  const { invalidatedTags } = context;
  if (!invalidatedTags?.size || SAFE.has(method)) return;
  const groups = groupList(invalidatedTags);
  if (groups) void reply.header('cache-group-invalidation', groups);
}

/**
 * Tells HTTP caches what they may do with the answer to a GET, HEAD or QUERY (RFC 9111), from what its parts may: the
 * shortest time wins, and what is the caller's own is `private`. An answer with a part missing, or with an error in it, is
 * nobody's to keep. The answer to a write of a versioned resource has the tag that the next write may be for.
 * @returns what to send instead of `payload`: nothing, with 304, to a client that has it; a problem, with 412, to one that
 * asks for another (RFC 9110, 13.1)
 */
export function forCaches(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
  if (!isRepresentation(payload)) return payload;
  if (isVersionedWrite(request, reply)) {
    // What is answered is what a GET of the same address would be (RFC 9110, 8.7), so it has the same tag.
    void reply.headers({ etag: tagOf(request, payload), 'content-location': request.url });
    return payload;
  }
  const freshness = freshnessOf(request.context);
  if (!freshness || !isKeepable(request, reply, freshness)) return payload;
  if (!freshness.isPrivate && isStandIn(request, freshness)) {
    void reply.headers(standInHeaders(freshness));
    return payload;
  }
  const etag = tagOf(request, payload);
  if (!isForTag(request.headers, etag)) return preconditionFailed(request, reply);
  const headers = freshness.isPrivate ? privateHeaders(freshness) : publicHeaders(freshness);
  const vary = varyOf(reply.getHeader('vary'), freshness.isPrivate);
  const held = heldTag(request.headers, etag);
  void reply.headers({ ...headers, vary, etag: held ?? etag });
  return held === undefined ? payload : notModified(request, reply);
}

function isKeepable({ method, context }: FastifyRequest, reply: FastifyReply, freshness: Freshness): boolean {
  if (!CACHEABLE.has(method) || reply.statusCode !== 200 || freshness.isBroken) return false;
  // Public, and made of nothing that has a lifetime: nobody has declared one.
  if (!freshness.isPrivate && freshness.lifetimeMs === Infinity) return false;
  return reply.getHeader('cache-control') === UNSAID && context.degraded.every(({ reason }) => reason === 'STALE');
}

const isVersionedWrite = ({ method, context }: FastifyRequest, { statusCode }: FastifyReply): boolean =>
  !SAFE.has(method) && statusCode === 200 && versionOf(context) !== undefined;

const isStandIn = ({ context }: FastifyRequest, { hasStandIn }: Freshness): boolean =>
  hasStandIn || context.degraded.length > 0;

/** The strong entity tag of a representation without a coding, from its bytes and the version of its resource. */
function tagOf(request: FastifyRequest, payload: string | Buffer): string {
  request.digest = hash('sha256', payload, 'base64url');
  return entityTag(request.digest.slice(0, TAG_LENGTH), versionOf(request.context));
}

const isRepresentation = (payload: unknown): payload is string | Buffer =>
  typeof payload === 'string' || Buffer.isBuffer(payload);

/** A read has its precondition looked at first, too (RFC 9110, 13.2.2). */
function preconditionFailed(request: FastifyRequest, reply: FastifyReply): string {
  const error = new GatewayError('PRECONDITION_FAILED', {
    detail: 'The answer has not the entity tag of If-Match.',
  });
  void reply.removeHeader('content-length');
  return becomeError(error, request, reply);
}

/** Without the headers of content there is not: a `Content-Length: 0` would be taken for that of the page (RFC 9110, 8.6). */
function notModified({ method }: FastifyRequest, reply: FastifyReply): Readable | null {
  void reply.code(304).removeHeader('content-length').removeHeader('content-type');
  // Fastify's route for HEAD, which comes after, measures everything but a stream.
  return method === 'HEAD' ? Readable.from([]) : null;
}
