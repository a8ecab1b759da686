/** The capacity of the token bucket, or one second of the floor if that is more. */
const MAX_TOKENS = 100;

/**
 * The budget of extra calls to an upstream: a token bucket, filled by a share of its calls plus a floor per second.
 * Without one, retries multiply an outage (Google SRE book, "Handling Overload"; Finagle's RetryBudget).
 */
export class RetryBudget {
  private readonly max: number;
  private tokens: number;
  private filledAt = performance.now();

  constructor(
    private readonly ratio: number,
    private readonly perSecond: number,
  ) {
    this.tokens = perSecond;
    this.max = Math.max(MAX_TOKENS, perSecond);
  }

  /** The available tokens. */
  get balance(): number {
    this.fill();
    return this.tokens;
  }

  /** Adds the share of a token that a first try pays for. */
  deposit(): void {
    this.tokens = Math.min(this.max, this.tokens + this.ratio);
  }

  /** Takes a token for an extra try. @returns whether one was available */
  withdraw(): boolean {
    this.fill();
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }

  /** The floor: below one second's worth, tokens are added by time. */
  private fill(): void {
    const now = performance.now();
    const earned = ((now - this.filledAt) / 1000) * this.perSecond;
    this.filledAt = now;
    if (this.tokens < this.perSecond) this.tokens = Math.min(this.perSecond, this.tokens + earned);
  }
}
