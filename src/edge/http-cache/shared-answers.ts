import type { Hooks } from '#gateway/edge/stage/stage';
import type { FastifyReply } from 'fastify';

/** What is about one request or one caller. A cache that keeps it gives it to everybody. */
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

/** Whether a cache that strangers share may keep an answer (RFC 9111, section 3). */
export function isShared(reply: FastifyReply): boolean {
  const control = reply.getHeader('cache-control');
  if (control === undefined || control === 'no-store') return false;
  return KEPT.test(String(control)) && !NOT_SHARED.test(String(control));
}

/** Keeps what is about one request or one caller off answers that strangers share, after all who may have said it. */
export const sharedAnswers = (): Pick<Hooks, 'onSend'> => ({
  onSend(_request, reply, payload, done) {
    dropCallersHeaders(reply);
    done(null, payload);
  },
});

/**
 * Takes from an answer that strangers share what is about the request or its caller (RFC 9111, 7.3). A cookie that was to be
 * cleared is cleared by the next answer that is the caller's own.
 */
export function dropCallersHeaders(reply: FastifyReply): void {
  if (!isShared(reply)) return;
  for (const name of CALLERS_OWN) void reply.removeHeader(name);
}
