import { GatewayError } from '#libs/errors';
import type { Remembered } from './policy.ts';

/** So much less fresh, at most, is an answer, so that not all expire at once. */
const JITTER = 0.1;

/** "There is no such thing", where the upstream says so by an error. */
export const NO_SUCH_THING = Symbol.for('atrium.no-such-thing');

/** An answer as it is remembered. */
export interface Entry {
  /** Undefined for "there is no such thing". Frozen once it is given to more than one who asks. */
  value: unknown;
  /** When it was asked for, on the clock of `performance.now()`. */
  storedAt: number;
  /** For so long it is fresh, in milliseconds. */
  freshMs: number;
  /** For so long it may be used at all, in milliseconds. */
  lifeMs: number;
  tags: readonly string[];
  /** To how many it was given. One owns it alone; all others share it. */
  given?: 'once' | 'often';
  /** Whether it was asked for again since, and the upstream could not give another: who is given this is told its age. */
  isStandIn?: boolean;
}

/** How old an entry is, in milliseconds. */
export const ageMs = ({ storedAt }: Entry): number => performance.now() - storedAt;

/** Whether it is as good as what the upstream would say. */
export const isFresh = (entry: Entry): boolean => ageMs(entry) < entry.freshMs;

/**
 * Notes that an answer is given to somebody. From the second on it is frozen through and through: what requests share, none may
 * change. Most answers are given once, and to freeze one takes longer than to store it.
 */
export function give(entry: Entry): void {
  if (entry.given === 'often') return;
  if (entry.given === 'once') frozen(entry.value);
  entry.given = entry.given ? 'often' : 'once';
}

/** Freezes a value through and through. */
export function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const inner of Object.values(value)) frozen(inner);
  return Object.freeze(value);
}

/** Whether an entry may be answered without asking the upstream first. */
export function isUsable(entry: Entry, { staleWhileRevalidate }: Remembered): boolean {
  const isMissing = entry.value === undefined;
  return ageMs(entry) < entry.freshMs + (isMissing ? 0 : staleWhileRevalidate * 1000);
}

/** Whether an error is a failure of the upstream, for which a stale answer may stand in (RFC 5861). */
export function isUpstreamFailure(error: unknown): boolean {
  return error instanceof GatewayError && error.status >= 500;
}

/** Whether an entry that is not fresh may still stand in where the upstream fails (RFC 5861). */
export function isWithinStaleIfError(entry: Entry, { staleIfError }: Remembered): boolean {
  return ageMs(entry) < entry.freshMs + staleIfError * 1000;
}

/** An answer of the upstream as it is remembered. @param random from 0 to 1 */
export function entryOf(
  answer: unknown,
  storedAt: number,
  { tags }: Pick<Entry, 'tags'>,
  { ttl, negativeTtl, staleWhileRevalidate, staleIfError }: Remembered,
  random: number,
): Entry {
  if (answer === undefined || answer === NO_SUCH_THING) {
    return { value: undefined, storedAt, freshMs: negativeTtl * 1000, lifeMs: negativeTtl * 1000, tags };
  }
  const freshMs = ttl * 1000 * (1 - random * JITTER);
  const lifeMs = freshMs + Math.max(staleWhileRevalidate, staleIfError) * 1000;
  return { value: answer, storedAt, freshMs, lifeMs, tags };
}
