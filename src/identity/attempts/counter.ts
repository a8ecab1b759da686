/** Delays attempts: some failures are free, then the delay doubles with every further failure. */
export interface Pace {
  /** The number of failures without a delay. */
  free: number;
  /** The first delay, in milliseconds. */
  firstMs: number;
  /** The maximum delay, in milliseconds. */
  maxMs: number;
  /** Failures expire after this time without another, in milliseconds. */
  resetAfterMs: number;
  /** After `at` failures the name is unusable for `forMs` milliseconds: see `Attempts.isSpent`. */
  spent?: { at: number; forMs: number };
}

/** Caps failed attempts within a sliding window. */
export interface Cap {
  max: number;
  /** The window, in milliseconds. */
  windowMs: number;
}

/**
 * Counts the attempts of a name. An attempt counts as failed from its beginning until it is cancelled or cleared, so that a
 * thousand simultaneous attempts cannot bypass the limit.
 */
export interface Counter {
  /**
   * Counts an attempt, or refuses it. @returns the wait until an attempt is allowed, in milliseconds; 0 if it was counted
   */
  begin(name: string, ticket: string): number | Promise<number>;

  /** Cancels the attempt with this ticket: it did not fail. */
  takeBack(name: string, ticket: string): void | Promise<void>;

  /** Cancels all attempts of the name. */
  clear(name: string): void | Promise<void>;

  /** The number of failed attempts. */
  failed(name: string): number | Promise<number>;
}

/** How long a number of failures is kept, in milliseconds. */
export const keptMs = (failed: number, { resetAfterMs, spent }: Pace): number =>
  spent && failed >= spent.at ? spent.forMs : resetAfterMs;
