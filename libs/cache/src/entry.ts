import { GatewayError } from '#libs/errors';
import type { Remembered } from './policy.ts';

/** An answer as it is remembered. */
export interface Entry {
  /** Undefined for "there is no such thing". Frozen: all who ask are given the same. */
  value: unknown;
  /** When it was asked for, on the clock of `performance.now()`. */
  storedAt: number;
  /** For so long it is fresh, in milliseconds. */
  freshMs: number;
  /** For so long it may be used at all, in milliseconds. */
  lifeMs: number;
  tags: readonly string[];
  /** Whether it was asked for again, and the upstream failed. */
  hasFailed?: boolean;
}

/** How old an entry is, in milliseconds. */
export const ageMs = ({ storedAt }: Entry): number => performance.now() - storedAt;

/** Freezes an answer through and through: what many requests share, none may change. */
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

/** Failures of the upstream, for which an old answer may stand in. */
export function mayStandIn(error: unknown): boolean {
  return error instanceof GatewayError && error.status >= 500;
}
