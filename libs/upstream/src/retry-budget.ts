import type { UpstreamSettings } from './settings.ts';

/** The capacity of the token bucket, or one second of the floor if that is more. */
const MAX_TOKENS = 100;

/**
 * The budget of extra calls to an upstream: a token bucket, filled by a share of its calls plus a floor per second.
 * Without one, retries multiply an outage (Google SRE book, "Handling Overload"; Finagle's RetryBudget).
 */
export class RetryBudget {
  private tokens: number;
  private filledAt = performance.now();

  /** @param settings read for each call, since they may change: the share of calls, and the floor per second */
  constructor(private readonly settings: UpstreamSettings['budget']) {
    this.tokens = settings.perSecond;
  }

  /** The available tokens. */
  get balance(): number {
    this.fill();
    return this.tokens;
  }

  /** Adds the share of a token that a first try pays for. */
  deposit(): void {
    const { ratio, perSecond } = this.settings;
    this.tokens = Math.min(Math.max(MAX_TOKENS, perSecond), this.tokens + ratio);
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
    const { perSecond } = this.settings;
    const now = performance.now();
    const earned = ((now - this.filledAt) / 1000) * perSecond;
    this.filledAt = now;
    if (this.tokens < perSecond) this.tokens = Math.min(perSecond, this.tokens + earned);
  }
}
