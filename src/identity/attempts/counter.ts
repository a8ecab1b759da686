/** Slows attempts down: some may fail without a delay, then the delay doubles with every further failure. */
export interface Pace {
  /** How many may fail without a delay. */
  free: number;
  /** The first delay, in milliseconds. */
  firstMs: number;
  /** The longest delay, in milliseconds. */
  mostMs: number;
  /** Failures are forgotten after so long without another, in milliseconds. */
  forgottenMs: number;
  /** After `at` failures the name is of no use any more, for `forMs` milliseconds: see `Attempts.isSpent`. */
  spent?: { at: number; forMs: number };
}

/** Caps attempts: at most so many may fail in any time of that length. */
export interface Cap {
  most: number;
  /** In milliseconds. */
  windowMs: number;
}

/**
 * Counts the attempts of a name. An attempt counts as failed from its beginning until it is taken back or cleared, so that a
 * thousand at once are no way around it.
 */
export interface Counter {
  /** Counts an attempt. @returns how long to wait before there can be one, in milliseconds; 0 where this was counted */
  begin(name: string, ticket: string): number | Promise<number>;

  /** Takes back the attempt with this ticket: it did not fail. */
  takeBack(name: string, ticket: string): void | Promise<void>;

  /** Takes back all attempts of the name. */
  clear(name: string): void | Promise<void>;

  /** How many attempts count as failed. */
  failed(name: string): number | Promise<number>;
}

/** How long a number of failures is kept, in milliseconds. */
export const keptMs = (failed: number, { forgottenMs, spent }: Pace): number =>
  spent && failed >= spent.at ? spent.forMs : forgottenMs;
