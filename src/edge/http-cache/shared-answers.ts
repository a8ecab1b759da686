import type { Hooks } from '#gateway/edge/stage/stage';
import type { FastifyReply } from 'fastify';

/** Headers about one request or one caller, which a shared cache would pass to everybody. */
const CALLERS_OWN = [
  'ratelimit',
  'ratelimit-policy',
  'server-timing',
  'set-cookie',
  'x-request-id',
  'dpop-nonce',
] as const;

const KEPT = /\b(?:public|s-maxage|max-age)\b/i;
const NOT_SHARED = /\b(?:private|no-store)\b/i;

/** Whether a shared cache may store a response (RFC 9111, section 3). */
export function isShared(reply: FastifyReply): boolean {
  const control = reply.getHeader('cache-control');
  if (control === undefined || control === 'no-store') return false;
  return KEPT.test(String(control)) && !NOT_SHARED.test(String(control));
}

/**
 * Removes headers about one request or caller from responses that shared caches may store, after all stages that
 * set them.
 */
export const sharedAnswers = (): Pick<Hooks, 'onSend'> => ({
  onSend(_request, reply, payload, done) {
    dropCallersHeaders(reply);
    done(null, payload);
  },
});

/**
 * Removes headers about the request or its caller from a response that shared caches may store (RFC 9111, 7.3). A
 * cookie to be cleared is cleared by the caller's next private response.
 */
function dropCallersHeaders(reply: FastifyReply): void {
  if (!isShared(reply)) return;
  for (const name of CALLERS_OWN) void reply.removeHeader(name);
}
