import type { Route } from './operation.ts';
import type { Failure } from './result.ts';

/** The first pause between tries, in milliseconds; each further one may be twice as long. */
const PAUSE_MS = 200;
const IDEMPOTENT = /^(GET|HEAD|OPTIONS|PUT|DELETE|QUERY)$/;

/** The delay that `Retry-After` asks for, in milliseconds: seconds or a date (RFC 9110, 10.2.3). */
export function retryAfterOf(headers: Headers, now = Date.now()): number | undefined {
  const text = headers.get('retry-after');
  if (!text) return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** A pause that grows with the tries, with full jitter, so that clients do not come back together. */
export const backoff = (tries: number, firstMs = PAUSE_MS): number => Math.random() * firstMs * 2 ** tries;

/**
 * How long to wait before a failed call is repeated, in milliseconds; undefined if it must not be. What was refused before
 * it was executed can always be repeated; the rest only if a second execution has no effect of its own (RFC 9110, 9.2.2).
 */
export function pauseBefore(
  tries: number,
  route: Route,
  { code, status, retryAfterMs }: Failure,
): number | undefined {
  const isSafe = IDEMPOTENT.test(route.method) || route.keyed || route.repeatable;
  const isRefused = status === 429 || (code === 'IDEMPOTENCY_IN_FLIGHT' && route.keyed);
  const isTransient = code === 'NETWORK' || status === 502 || status === 503 || status === 504;
  if (!isRefused && !(isTransient && isSafe)) return undefined;
  return Math.max(retryAfterMs ?? 0, backoff(tries));
}

/** Resolves after a pause, or at once when `signal` is aborted. */
export const pause = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done);
  });
