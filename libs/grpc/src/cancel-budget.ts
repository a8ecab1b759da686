/**
 * Servers end a connection that cancels too much, with all that is under way on it: nghttp2, which Node's is made of, after
 * 1,000 at once or 33 a second (CVE-2023-44487, "rapid reset"). Here it is half of that.
 */
const MAX_CANCELS = 500;
const CANCELS_PER_SECOND = 16;

/** How many calls a connection may still cancel: a token bucket. */
export class CancelBudget {
  private tokens = MAX_CANCELS;
  private filledAt = performance.now();

  /** @returns whether one more may be cancelled now */
  withdraw(): boolean {
    const now = performance.now();
    const earned = ((now - this.filledAt) / 1000) * CANCELS_PER_SECOND;
    this.tokens = Math.min(MAX_CANCELS, this.tokens + earned);
    this.filledAt = now;
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}
