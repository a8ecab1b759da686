import { hash } from 'node:crypto';
import { type Freshness, freshnessOf } from '#libs/cache';
import type { Hooks } from '#gateway/edge/stage';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** What `setSecurityHeaders` says of every answer: a door that has said something else means it. */
const UNSAID = 'no-store';

/**
 * Tells HTTP caches what they may do with the answer to a GET (RFC 9111), from what its parts may: the shortest time wins,
 * and what is the caller's own is `private`. Answers `304` to who has it (RFC 9110). An answer with a part missing, or
 * with an error in it, is nobody's to keep.
 */
export const httpCache = (): Pick<Hooks, 'onSend'> => ({
  onSend(request, reply, payload, done) {
    const freshness = freshnessOf(request.context);
    if (!freshness || !isKeepable(request, reply, freshness)) return done(null, payload);
    const body = payload as string | Buffer;
    const etag = `"${hash('sha256', body, 'base64url').slice(0, 27)}"`;
    const vary = varyOf(reply.getHeader('vary'), freshness.isPrivate);
    void reply.headers({ ...headersFor(freshness), vary, etag });
    if (!has(request.headers['if-none-match'], etag)) return done(null, payload);
    void reply.code(304).removeHeader('content-length').removeHeader('content-type');
    done(null, '');
  },
});

function isKeepable({ method, context }: FastifyRequest, reply: FastifyReply, { isBroken }: Freshness): boolean {
  if ((method !== 'GET' && method !== 'HEAD') || reply.statusCode !== 200 || isBroken) return false;
  return reply.getHeader('cache-control') === UNSAID && context.degraded.every(({ reason }) => reason === 'STALE');
}

/** Which ones: an answer of the caller's own is checked with us each time, since only we know what they have changed. */
function headersFor(freshness: Freshness): Record<string, string> {
  const { isPrivate, hits, ageMs, tags } = freshness;
  const headers: Record<string, string> = { 'cache-status': cacheStatus(freshness) };
  if (hits) headers['age'] = String(seconds(ageMs));
  if (isPrivate) return { ...headers, 'cache-control': 'private, no-cache' };
  return { ...headers, 'cache-control': publicControl(freshness), 'surrogate-key': [...tags].join(' ') };
}

/** `max-age` counts from when the oldest part was asked for, and `Age` says when that was. */
function publicControl({ freshMs, ageMs, hits, staleWhileRevalidateMs, staleIfErrorMs }: Freshness): string {
  const maxAge = seconds(freshMs) + (hits ? seconds(ageMs) : 0);
  const [revalidate, error] = [seconds(staleWhileRevalidateMs), seconds(staleIfErrorMs)];
  return `public, max-age=${maxAge}, stale-while-revalidate=${revalidate}, stale-if-error=${error}`;
}

/** RFC 9211: of several parts, the one that was hardest to come by. A time below 0 says for how long it has been stale. */
function cacheStatus({ hits, misses, freshMs }: Freshness): string {
  return misses ? `Atrium; fwd=${hits ? 'partial' : 'miss'}` : `Atrium; hit; ttl=${Math.floor(freshMs / 1000)}`;
}

/** What has been worked out: doors say few different things. */
const varied = { private: new Map<string, string>(), public: new Map<string, string>() };

/** What an answer depends on besides what others have said. */
function varyOf(said: ReturnType<FastifyReply['getHeader']>, isPrivate: boolean): string {
  const known = isPrivate ? varied.private : varied.public;
  const text = String(said ?? '');
  let vary = known.get(text);
  if (vary === undefined) {
    const others = text.split(',').map((name) => name.trim());
    const ours = ['Accept', 'Accept-Version', ...(isPrivate ? ['Authorization', 'Cookie'] : [])];
    known.set(text, (vary = [...new Set([...others, ...ours])].filter(Boolean).join(', ')));
  }
  return vary;
}

const seconds = (ms: number): number => Math.max(0, Math.floor(ms / 1000));

/** Whether a client has one of these (RFC 9110, 13.1.2); weak ones match, too. */
function has(ifNoneMatch: string | undefined, etag: string): boolean {
  if (!ifNoneMatch) return false;
  return ifNoneMatch.split(',').some((one) => ['*', etag, `W/${etag}`].includes(one.trim()));
}
