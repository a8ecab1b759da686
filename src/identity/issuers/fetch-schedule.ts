/** The burst of fetches; each `REFILL_MS` allows one more. */
const BURST = 10;
const REFILL_MS = 10_000;
/** The backoff after a failure, in milliseconds; it doubles with each further failure. */
const FIRST_BACKOFF_MS = 1_000;
const MAX_BACKOFF_MS = 10_000;

/**
 * Limits how often something is fetched: a short backoff after a failure, and a slow refill, because invalid tokens can
 * trigger fetches.
 */
export class FetchSchedule {
  private tokens = BURST;
  private filledAt: number;
  private failures = 0;
  private backoffUntil = -Infinity;

  /** @param now a monotonic clock, in milliseconds */
  constructor(private readonly now: () => number) {
    this.filledAt = now();
  }

  /** Takes one fetch. @returns 0, or the wait until one is allowed, in milliseconds */
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

  /**
   * Starts the backoff; failures do not count in the burst, because the backoff bounds them. @returns the wait, in
   * milliseconds
   */
  failed(): number {
    const backoffMs = Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** this.failures);
    this.failures += 1;
    this.tokens += 1;
    this.backoffUntil = this.now() + backoffMs;
    return backoffMs;
  }
}
