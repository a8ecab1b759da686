/**
 * Servers close a connection with too many cancellations, with all calls in flight: nghttp2, on which Node's HTTP/2 is
 * based, after 1,000 at once or 33 a second (CVE-2023-44487, "rapid reset"). The budget is half of that.
 */
const MAX_CANCELS = 500;
const CANCELS_PER_SECOND = 16;

/** The number of cancellations a connection has left: a token bucket. */
export class CancelBudget {
  private tokens = MAX_CANCELS;
  private filledAt = performance.now();

  /** @returns whether a call may be cancelled now */
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
