import { GatewayError } from '#libs/errors';
import type { CacheRule } from './policy.ts';

/** The share by which a lifetime is shortened at random, so that entries do not all expire at once. */
const JITTER = 0.1;

/** Marks a negative answer that the upstream gave as a NOT_FOUND error. */
export const NO_SUCH_THING = Symbol.for('atrium.no-such-thing');

/** A cached answer. */
export interface Entry {
  /** Undefined for a negative answer. Frozen once more than one request has been given it. */
  value: unknown;
  /** When it was requested, by `performance.now()`. */
  storedAt: number;
  /** Fresh lifetime, in milliseconds. */
  freshMs: number;
  /** Total lifetime, including the time it may be used stale, in milliseconds. */
  lifeMs: number;
  tags: readonly string[];
  /** How often it was given out: the only holder owns it, several share it. */
  given?: 'once' | 'often';
  /** Whether a refresh has failed since: requests that get this entry are marked stale, with its age. */
  isStaleIfError?: boolean;
}

/** How old an entry is, in milliseconds. */
export const ageMs = ({ storedAt }: Entry): number => performance.now() - storedAt;

/** Whether the entry is fresh. */
export const isFresh = (entry: Entry): boolean => ageMs(entry) < entry.freshMs;

/**
 * Notes that an entry is given out. From the second time on it is deeply frozen, since requests share it and none may
 * change it. Most entries are given out once, and freezing takes longer than storing.
 */
export function give(entry: Entry): void {
  if (entry.given === 'often') return;
  if (entry.given === 'once') frozen(entry.value);
  entry.given = entry.given ? 'often' : 'once';
}

/** Freezes a value deeply. */
export function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const inner of Object.values(value)) frozen(inner);
  return Object.freeze(value);
}

/** Whether an entry may be used without an upstream call first: fresh, or within `staleWhileRevalidate`. */
export function isUsable(entry: Entry, { staleWhileRevalidate }: CacheRule): boolean {
  const isMissing = entry.value === undefined;
  return ageMs(entry) < entry.freshMs + (isMissing ? 0 : staleWhileRevalidate * 1000);
}

/** Whether an error is an upstream failure to which `staleIfError` applies (RFC 5861). */
export function isUpstreamFailure(error: unknown): boolean {
  return error instanceof GatewayError && error.status >= 500;
}

/** Whether a stale entry is still within `staleIfError` (RFC 5861). */
export function isWithinStaleIfError(entry: Entry, { staleIfError }: CacheRule): boolean {
  return ageMs(entry) < entry.freshMs + staleIfError * 1000;
}

/** Makes a cache entry of an upstream's answer. @param random from 0 to 1 */
export function entryOf(
  answer: unknown,
  storedAt: number,
  { tags }: Pick<Entry, 'tags'>,
  { ttl, negativeTtl, staleWhileRevalidate, staleIfError }: CacheRule,
  random: number,
): Entry {
  if (answer === undefined || answer === NO_SUCH_THING) {
    return { value: undefined, storedAt, freshMs: negativeTtl * 1000, lifeMs: negativeTtl * 1000, tags };
  }
  const freshMs = ttl * 1000 * (1 - random * JITTER);
  const lifeMs = freshMs + Math.max(staleWhileRevalidate, staleIfError) * 1000;
  return { value: answer, storedAt, freshMs, lifeMs, tags };
}
