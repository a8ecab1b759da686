/** So many fetches may follow each other at once; one more may after each `REFILL_MS`. */
const BURST = 10;
const REFILL_MS = 10_000;
/** After a failure nothing is fetched for so long, in milliseconds: twice as long after each further one. */
const FIRST_BACKOFF_MS = 1_000;
const MAX_BACKOFF_MS = 10_000;

/** When something may be fetched again: soon after a failure, and seldom on the word of strangers alone. */
export class FetchSchedule {
  private tokens = BURST;
  private filledAt: number;
  private failures = 0;
  private backoffUntil = -Infinity;

  /** @param now a clock that only goes forward, in milliseconds */
  constructor(private readonly now: () => number) {
    this.filledAt = now();
  }

  /** Takes one fetch. @returns 0, or how long there may be none, in milliseconds */
  take(): number {
    const now = this.now();
    const refilled = Math.floor((now - this.filledAt) / REFILL_MS);
    this.tokens = Math.min(BURST, this.tokens + refilled);
    this.filledAt += refilled * REFILL_MS;
    if (now < this.backoffUntil) return this.backoffUntil - now;
    if (this.tokens < 1) return this.filledAt + REFILL_MS - now;
    this.tokens -= 1;
    return 0;
  }

  succeeded(): void {
    this.failures = 0;
  }

  /** A failure costs nothing of the burst: the backoff bounds those. @returns when there may be another, in milliseconds */
  failed(): number {
    const backoffMs = Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** this.failures);
    this.failures += 1;
    this.tokens += 1;
    this.backoffUntil = this.now() + backoffMs;
    return backoffMs;
  }
}
