import type { Rate } from './policies.ts';

/** What became of a try to spend. */
export interface Spent {
  isAllowed: boolean;
  /** What is left to spend at once. */
  remaining: number;
  /** When all of it is back, in milliseconds from now. */
  resetMs: number;
  /** When this much can be spent, in milliseconds from now; 0 where it was. */
  retryMs: number;
}

/** What is to be remembered of a bucket: when it will be full again. */
export type FullAt = number;

/** What is lost where large and small times are added up: nobody is refused for it. */
export const ROUNDING_MS = 0.001;

/**
 * The generic cell rate algorithm (ATM Forum TM 4.0, "virtual scheduling"): a token bucket of which one number is kept.
 * @param fullAt when the bucket is full again; undefined for one that is
 * @returns what came of it, and when the bucket is full now
 */
export function spend(
  fullAt: FullAt | undefined,
  now: number,
  cost: number,
  { limit, windowMs }: Rate,
): [Spent, FullAt] {
  const eachMs = windowMs / limit;
  const from = Math.max(fullAt ?? 0, now);
  const then = from + cost * eachMs;
  const isAllowed = then - now <= windowMs + ROUNDING_MS;
  const after = isAllowed ? then : from;
  const spent: Spent = {
    isAllowed,
    remaining: Math.max(0, Math.floor((windowMs - (after - now)) / eachMs + 1e-6)),
    resetMs: tidy(after - now),
    // What costs more than there ever is waits for a full bucket: it will not be let in then either.
    retryMs: isAllowed ? 0 : tidy(Math.min(then - now - windowMs, after - now)),
  };
  return [spent, after];
}

/**
 * What is to be remembered of a bucket from which something more was needed than was taken, or less, below 0. It is taken though it
 * is not there: then nothing can be spent until that has come back, which is twice the window at most.
 */
export function settle(fullAt: FullAt | undefined, now: number, cost: number, { limit, windowMs }: Rate): FullAt {
  const from = Math.max(fullAt ?? 0, now);
  return Math.min(from + (cost * windowMs) / limit, Math.max(from, now + 2 * windowMs));
}

/** Whole microseconds: a client is not told of a second more for a rounding. */
const tidy = (ms: number): number => Math.round(ms * 1000) / 1000;
