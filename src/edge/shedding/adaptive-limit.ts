/** How a limit on requests in flight finds its size. */
export interface AdaptiveSettings {
  /** It is never lower. */
  least: number;
  /** It is never higher. */
  most: number;
  /** So much longer than at its best may a route take because others are being answered, in milliseconds. */
  allowanceMs: number;
}

/** Samples are judged together, so many at least, and for so long. */
const SAMPLES = 20;
const WINDOW_MS = 100;
/** How much of what a window asks for is done at once. */
const SMOOTHING = 0.5;
/** The best time of a route is forgotten after so long, in milliseconds: services change. */
const BEST_MS = 30_000;
const MOST_ROUTES = 500;

interface Best {
  current: number;
  before: number;
  since: number;
}

/**
 * How many requests may be in flight: a gradient limit (after Netflix' concurrency-limits, and TCP Vegas before it). The
 * gradient is the best time of a route, and an allowance, by the time it takes now. Both are the gateway's own: what was
 * spent waiting for services is taken off, since more patience with a slow service is no overload here.
 */
export class AdaptiveLimit {
  private limit: number;
  private readonly best = new Map<string, Best>();
  private samples = 0;
  private sum = 0;
  private wasFull = false;
  private since: number;

  constructor(
    private readonly settings: AdaptiveSettings,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.limit = Math.min(settings.most, Math.max(settings.least, 100));
    this.since = now();
  }

  /** How many there may be now. */
  get value(): number {
    return Math.floor(this.limit);
  }

  /** A request was answered. @param ownMs how long it took here @param inFlight how many there were */
  add(route: string, ownMs: number, inFlight: number): void {
    const allowed = 2 * this.bestOf(route, ownMs) + this.settings.allowanceMs;
    this.sum += Math.min(1, Math.max(0.25, allowed / Math.max(ownMs, 0.01)));
    this.samples += 1;
    this.wasFull ||= inFlight >= this.limit / 2;
    const now = this.now();
    if (this.samples < SAMPLES || now - this.since < WINDOW_MS) return;
    this.adjust();
    this.since = now;
    this.samples = 0;
    this.sum = 0;
    this.wasFull = false;
  }

  private adjust(): void {
    const gradient = this.sum / this.samples;
    // Where it was not used there is nothing to learn from, but that it need not be lower.
    const wanted =
      gradient < 0.9 ? this.limit * gradient : this.wasFull ? this.limit + Math.sqrt(this.limit) : this.limit;
    const { least, most } = this.settings;
    this.limit = Math.min(most, Math.max(least, this.limit + SMOOTHING * (wanted - this.limit)));
  }

  private bestOf(route: string, ownMs: number): number {
    const now = this.now();
    const known = this.best.get(route);
    if (!known) {
      if (this.best.size < MOST_ROUTES) this.best.set(route, { current: ownMs, before: ownMs, since: now });
      return ownMs;
    }
    if (now - known.since > BEST_MS) {
      known.before = known.current;
      known.current = ownMs;
      known.since = now;
    }
    known.current = Math.min(known.current, ownMs);
    return Math.min(known.current, known.before);
  }
}
