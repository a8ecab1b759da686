/** No more than this is saved up, however many calls there were; or a second of the floor, where that is more. */
const MOST_TOKENS = 100;

/**
 * How many extra calls an upstream may be sent: a share of its calls plus a floor per second, as a token bucket.
 * Without one, retries multiply an outage (Google SRE book, "Handling Overload"; Finagle's RetryBudget).
 */
export class RetryBudget {
  private readonly most: number;
  private tokens: number;
  private filledAt = performance.now();

  constructor(
    private readonly ratio: number,
    private readonly perSecond: number,
  ) {
    this.tokens = perSecond;
    this.most = Math.max(MOST_TOKENS, perSecond);
  }

  /** Tokens there are now. */
  get balance(): number {
    this.fill();
    return this.tokens;
  }

  /** A first try was made: it pays for a share of an extra one. */
  deposit(): void {
    this.tokens = Math.min(this.most, this.tokens + this.ratio);
  }

  /** Takes a token for an extra try. @returns whether there was one */
  withdraw(): boolean {
    this.fill();
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }

  /** The floor: while there is less than a second's worth, time pays. */
  private fill(): void {
    const now = performance.now();
    const earned = ((now - this.filledAt) / 1000) * this.perSecond;
    this.filledAt = now;
    if (this.tokens < this.perSecond) this.tokens = Math.min(this.perSecond, this.tokens + earned);
  }
}
