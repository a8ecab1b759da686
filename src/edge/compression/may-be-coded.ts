import type { FastifyReply, FastifyRequest } from 'fastify';
import { isOfKind } from '#gateway/declare/route-kind';
import { isUncompressed } from '#gateway/declare/uncompressed';
import { FORM_COOKIE } from '#gateway/identity/browser/cookies';

/** Safe methods with a response body (RFC 9110, 9.2.1; RFC 10008). */
const READING = new Set(['GET', 'HEAD', 'QUERY']);

/**
 * Media types that are worth compressing: text, JSON, XML, scripts, SVG. Not event streams, which compression
 * would delay.
 */
const TEXT =
  /^(?:text\/(?!event-stream)|application\/(?:[\w.-]+\+)?(?:json|xml|yaml)(?:;|$)|application\/(?:x-)?(?:ndjson|jsonl|jsonlines)(?:;|$)|application\/(?:x-)?javascript|application\/openmetrics-text|image\/svg\+xml)/i;

/** Whether a response may be compressed, and so varies by `Accept-Encoding`, whatever this client accepts. */
export function mayBeCoded(request: FastifyRequest, reply: FastifyReply): boolean {
  return (
    isRead(request) && !request.isStream && !isUncompressed(request) && isCodable(reply, isOfKind(request, 'page'))
  );
}

/**
 * Whether a request only reads. Responses to writes are short, and may hold tokens beside echoed input, which
 * compression would leak (BREACH). The same holds for GraphQL mutations and invalid documents.
 */
function isRead({ method, operation }: FastifyRequest): boolean {
  return operation ? operation.node.operation === 'query' : READING.has(method);
}

/** @param isPage whether it is a page: errors are pages of 10 kB, too, and forms have a token that no length reveals */
function isCodable(reply: FastifyReply, isPage: boolean): boolean {
  const { statusCode } = reply;
  if (statusCode !== 304 && !(hasWholeContent(statusCode) || (isPage && statusCode >= 400))) return false;
  // A cookie is a secret, and the body may contain data that belongs to it.
  const cookies = [reply.getHeader('set-cookie') ?? []].flat();
  if (!cookies.every((cookie) => isPage && String(cookie).startsWith(`${FORM_COOKIE.name}=`))) return false;
  if (reply.getHeader('content-encoding') !== undefined) return false;
  if (String(reply.getHeader('cache-control') ?? '').includes('no-transform')) return false;
  return statusCode === 304 || TEXT.test(String(reply.getHeader('content-type') ?? ''));
}

/** Errors are short and echo input; 204 and 205 have no content, and 206 has only a part of it. */
const hasWholeContent = (status: number): boolean =>
  status >= 200 && status < 300 && status !== 204 && status !== 205 && status !== 206;
