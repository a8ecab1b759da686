import type { Rate } from './policies.ts';

/** The outcome of spending from a bucket. */
export interface Spent {
  isAllowed: boolean;
  /** What can be spent now. */
  remaining: number;
  /** The time until the bucket is full, in milliseconds. */
  resetMs: number;
  /** The time until this cost can be spent, in milliseconds; 0 if it was spent. */
  retryMs: number;
}

/** The state of a bucket: the time at which it is full again. */
export type FullAt = number;

/** The tolerance for floating-point rounding, in milliseconds, so that rounding never causes a refusal. */
const ROUNDING_MS = 0.001;

/**
 * The generic cell rate algorithm (ATM Forum TM 4.0, "virtual scheduling"): a token bucket that stores one number.
 * @param fullAt when the bucket is full again; undefined for a full bucket
 * @returns the outcome, and the new state of the bucket
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
    // A cost above the limit can never be spent: the client waits for a full bucket, and is refused again.
    retryMs: isAllowed ? 0 : tidy(Math.min(then - now - windowMs, after - now)),
  };
  return [spent, after];
}

/**
 * The state of a bucket after a cost that is taken even if the bucket has too little, or given back if below 0.
 * The debt is limited: the bucket is full again after twice the window at most.
 */
export function settle(fullAt: FullAt | undefined, now: number, cost: number, { limit, windowMs }: Rate): FullAt {
  const from = Math.max(fullAt ?? 0, now);
  return Math.min(from + (cost * windowMs) / limit, Math.max(from, now + 2 * windowMs));
}

/** Rounds to microseconds, so that rounding never adds a second to the `Retry-After` of a client. */
const tidy = (ms: number): number => Math.round(ms * 1000) / 1000;
