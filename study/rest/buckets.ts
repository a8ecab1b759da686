/** A limiter of one client. Times are in milliseconds. */
export interface RateLimiter {
  /** @returns when the request may pass: `now`, later, or never if it is refused */
  passesAt(now: number): number | undefined;
}

/** Holds up to `size` tokens and refills evenly: a burst passes at once. */
export class TokenBucket implements RateLimiter {
  private tokens: number;
  private since = 0;

  constructor(
    private readonly size: number,
    private readonly eachMs: number,
  ) {
    this.tokens = size;
  }

  passesAt(now: number): number | undefined {
    this.tokens = Math.min(this.size, this.tokens + (now - this.since) / this.eachMs);
    this.since = now;
    // Sums of fractions fall short of a whole by rounding.
    if (this.tokens < 1 - 1e-6) return undefined;
    this.tokens -= 1;
    return now;
  }
}

/** A queue of `size` that leaks one request each `eachMs`: a burst leaves evenly, and waits for it. */
export class LeakyBucket implements RateLimiter {
  private nextAt = 0;

  constructor(
    private readonly size: number,
    private readonly eachMs: number,
  ) {}

  passesAt(now: number): number | undefined {
    const at = Math.max(now, this.nextAt);
    if (at - now > this.size * this.eachMs - this.eachMs) return undefined;
    this.nextAt = at + this.eachMs;
    return at;
  }
}

/** Counts requests in windows that begin at fixed times, as INCR and EXPIRE do. */
export class FixedWindow implements RateLimiter {
  private window = 0;
  private count = 0;

  constructor(
    private readonly size: number,
    private readonly windowMs: number,
  ) {}

  passesAt(now: number): number | undefined {
    const window = Math.floor(now / this.windowMs);
    if (window !== this.window) [this.window, this.count] = [window, 0];
    return ++this.count <= this.size ? now : undefined;
  }
}
