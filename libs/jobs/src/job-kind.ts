/** How jobs of a kind are run. */
export interface JobKindSettings {
  /** For example `orders.export`: lower-case words with dots and dashes between them. */
  readonly name: string;
  /** How often a job is tried at most, attempts that ended with their process included. */
  readonly attempts: number;
  /** The delay before the second attempt, in milliseconds. It doubles each time, and varies by a quarter. */
  readonly backoffMs: number;
  /** The longest delay between attempts, in milliseconds. */
  readonly maxBackoffMs: number;
  /** How many of them run at once, in all processes together. */
  readonly concurrency: number;
  /** How many of them start in a period, in all processes together; as many as there are without. */
  readonly rate?: { readonly max: number; readonly perMs: number } | undefined;
  /** The longest time of an attempt, in milliseconds. */
  readonly timeoutMs: number;
  /** How many may wait; more are refused. */
  readonly maxWaiting: number;
}

const DEFAULTS = {
  attempts: 3,
  backoffMs: 1_000,
  maxBackoffMs: 300_000,
  concurrency: 1,
  timeoutMs: 600_000,
  maxWaiting: 10_000,
};

const NAME = /^[a-z][a-z0-9]*([.-][a-z0-9]+)*$/;

/** Completes the settings of a kind. @throws {TypeError} for a name that is not allowed */
export function jobKind(given: Pick<JobKindSettings, 'name'> & Partial<JobKindSettings>): JobKindSettings {
  if (!NAME.test(given.name) || given.name.length > 60)
    throw new TypeError(`${given.name} is not a valid name of a job kind.`);
  return { ...DEFAULTS, ...given };
}

/** The delay before the attempt that follows a failed one, in milliseconds. @param random 0 to 1 */
export function backoffOf(
  { backoffMs, maxBackoffMs }: JobKindSettings,
  failedAttempt: number,
  random = Math.random(),
): number {
  const ms = Math.min(maxBackoffMs, backoffMs * 2 ** (failedAttempt - 1));
  return Math.round(ms * (0.75 + random / 2));
}
