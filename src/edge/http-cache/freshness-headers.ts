import type { Freshness } from '#libs/cache';
import { groupList, surrogateKeys } from './cache-groups.ts';

/**
 * The headers of an answer of the caller's own: its client checks it with us each time, since only we know what the
 * caller has changed.
 */
export function privateHeaders(freshness: Freshness): Record<string, string> {
  return { ...statusHeaders(freshness), 'cache-control': 'private, no-cache' };
}

/**
 * The headers of an answer that is the same for everybody. `max-age` is the declared lifetime of the part that expires
 * first, and `Age` what of it has passed (RFC 9111, 4.2), so `stale-while-revalidate` and `stale-if-error` count from its
 * end (RFC 5861). nginx ignores `Age`: `X-Accel-Expires` has the seconds that are left. Tags are in `Surrogate-Key` for
 * proxies, and in `Cache-Groups` (RFC 9875).
 */
export function publicHeaders(freshness: Freshness): Record<string, string> {
  const { lifetimeMs, ageMs, staleWhileRevalidateMs, staleIfErrorMs, tags } = freshness;
  const maxAge = seconds(lifetimeMs);
  const [revalidate, error] = [seconds(staleWhileRevalidateMs), seconds(staleIfErrorMs)];
  return {
    ...statusHeaders(freshness),
    'cache-control': `public, max-age=${maxAge}, stale-while-revalidate=${revalidate}, stale-if-error=${error}`,
    'x-accel-expires': String(Math.max(0, maxAge - seconds(ageMs))),
    ...tagHeaders(tags),
  };
}

function tagHeaders(tags: ReadonlySet<string>): Record<string, string> {
  const keys = surrogateKeys(tags);
  return keys ? { 'surrogate-key': keys, 'cache-groups': groupList(tags) } : {};
}

/** The headers of an answer of which a part stands in for one that its service could not give: no cache keeps it. */
export function standInHeaders(freshness: Freshness): Record<string, string> {
  return { ...statusHeaders(freshness), 'cache-control': 'no-store', 'x-accel-expires': '0' };
}

function statusHeaders(freshness: Freshness): Record<string, string> {
  const { hits, ageMs } = freshness;
  return { 'cache-status': cacheStatus(freshness), ...(hits ? { age: String(seconds(ageMs)) } : {}) };
}

/** RFC 9211: of several parts, the one that was hardest to come by. A time below 0 says for how long it has been stale. */
function cacheStatus({ hits, misses, freshMs }: Freshness): string {
  return misses ? `Atrium; fwd=${hits ? 'partial' : 'miss'}` : `Atrium; hit; ttl=${Math.floor(freshMs / 1000)}`;
}

const seconds = (ms: number): number => Math.max(0, Math.floor(ms / 1000));
