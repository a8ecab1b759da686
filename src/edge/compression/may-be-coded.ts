import type { FastifyReply, FastifyRequest } from 'fastify';
import { isUncompressed } from '#gateway/declare/uncompressed';

/** Methods that only read (RFC 9110, 9.2.1; RFC 10008). */
const READING = new Set(['GET', 'HEAD', 'QUERY']);

/** Text, JSON and XML of any kind, scripts and drawings. What is no text is packed already, and events are not held back. */
const TEXT =
  /^(?:text\/(?!event-stream)|application\/(?:[\w.-]+\+)?(?:json|xml|yaml)(?:;|$)|application\/(?:x-)?javascript|application\/openmetrics-text|image\/svg\+xml)/i;

/** Whether an answer is of those that come in codings: what `Vary` says of it, whatever this client accepts. */
export function mayBeCoded(request: FastifyRequest, reply: FastifyReply): boolean {
  return isRead(request) && !request.isStream && !isUncompressed(request) && isCodable(reply);
}

/**
 * Whether a request only reads. What a write answers is short, may hold tokens, and repeats what came with it; so a GraphQL
 * mutation, and a document that is none.
 */
function isRead({ method, operation }: FastifyRequest): boolean {
  return operation ? operation.node.operation === 'query' : READING.has(method);
}

function isCodable(reply: FastifyReply): boolean {
  const { statusCode } = reply;
  if (statusCode !== 304 && !hasWholeContent(statusCode)) return false;
  // A cookie is a secret, and the page that it came with is often made for it.
  if (reply.getHeader('set-cookie') !== undefined || reply.getHeader('content-encoding') !== undefined)
    return false;
  if (String(reply.getHeader('cache-control') ?? '').includes('no-transform')) return false;
  return statusCode === 304 || TEXT.test(String(reply.getHeader('content-type') ?? ''));
}

/** Refusals are short, and quote what they refuse; 204 and 205 have no content, 206 has a part. */
const hasWholeContent = (status: number): boolean =>
  status >= 200 && status < 300 && status !== 204 && status !== 205 && status !== 206;
