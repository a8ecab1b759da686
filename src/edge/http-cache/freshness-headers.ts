import type { Freshness } from '#libs/cache';
import { groupList, surrogateKeys } from './cache-groups.ts';

/**
 * The headers of a private response. Clients revalidate it each time, since only the gateway knows what the caller
 * has changed.
 */
export function privateHeaders(freshness: Freshness): Record<string, string> {
  return { ...statusHeaders(freshness), 'cache-control': 'private, no-cache' };
}

/**
 * The headers of a public response. `max-age` is the lifetime of the part that expires first, and `Age` is its age
 * (RFC 9111, 4.2); `stale-while-revalidate` and `stale-if-error` count from its end (RFC 5861). `X-Accel-Expires`
 * holds the remaining seconds for nginx, which ignores `Age`. The tags are in `Surrogate-Key` for proxies, and in
 * `Cache-Groups` (RFC 9875).
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

/** The headers of a response with a stale part, served because its upstream failed: no cache may store it. */
export function staleIfErrorHeaders(freshness: Freshness): Record<string, string> {
  return { ...statusHeaders(freshness), 'cache-control': 'no-store', 'x-accel-expires': '0' };
}

function statusHeaders(freshness: Freshness): Record<string, string> {
  const { hits, misses, ageMs } = freshness;
  if (!hits && !misses) return {};
  return { 'cache-status': cacheStatus(freshness), ...(hits ? { age: String(seconds(ageMs)) } : {}) };
}

/** `Cache-Status` (RFC 9211) of the least cached part. A negative `ttl` is the time since it became stale. */
function cacheStatus({ hits, misses, freshMs }: Freshness): string {
  return misses ? `Atrium; fwd=${hits ? 'partial' : 'miss'}` : `Atrium; hit; ttl=${Math.floor(freshMs / 1000)}`;
}

const seconds = (ms: number): number => Math.max(0, Math.floor(ms / 1000));
