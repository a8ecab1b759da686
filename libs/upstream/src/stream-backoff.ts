/** The delay before the first reopening of a stream is about this long, in milliseconds; each further one is twice as long. */
const FIRST_DELAY_MS = 200;
const MAX_DELAY_MS = 5_000;
/** A stream that was held open for longer than any delay counts as working, though nothing new came on it. */
const STABLE_MS = 2 * MAX_DELAY_MS;

/**
 * The delays before a lost stream is opened again: exponential with jitter, half of each delay being certain, so that they
 * grow. They start over once a stream has delivered something new, or was stable for twice the longest delay.
 */
export class StreamBackoff {
  private failures = 0;
  private openedAt = Infinity;

  /** A stream was opened; until it delivers something new that proves nothing. */
  opened(): void {
    this.openedAt = performance.now();
  }

  /** It delivered something new. */
  progressed(): void {
    this.failures = 0;
  }

  /** It could not be opened, or broke off. @returns how long to wait before it is opened again, in milliseconds */
  failed(): number {
    if (performance.now() - this.openedAt > STABLE_MS) this.failures = 0;
    this.openedAt = Infinity;
    const maxMs = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** this.failures);
    this.failures += 1;
    return (maxMs / 2) * (1 + Math.random());
  }
}
