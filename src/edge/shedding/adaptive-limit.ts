/** The settings of an adaptive concurrency limit. */
export interface AdaptiveSettings {
  /** The lowest limit. */
  min: number;
  /** The highest limit. */
  max: number;
  /** The tolerated queueing delay above the best time of a route, in milliseconds. */
  allowanceMs: number;
}

/** The limit is adjusted after at least this many samples and this many milliseconds. */
const SAMPLES = 20;
const WINDOW_MS = 100;
/** The part of the computed change that is applied after each window. */
const SMOOTHING = 0.5;
/** How long the best time of a route is used, in milliseconds, since services change. */
const BEST_MS = 30_000;
const MAX_ROUTES = 500;

interface Best {
  current: number;
  before: number;
  since: number;
}

/**
 * A gradient concurrency limit (after Netflix' concurrency-limits, and TCP Vegas). The gradient is the best time
 * of a route, plus an allowance, divided by its current time. Both exclude the time spent waiting for upstreams: a
 * slow upstream is no overload of the gateway.
 */
export class AdaptiveLimit {
  private limit: number;
  private readonly best = new Map<string, Best>();
  private samples = 0;
  private sum = 0;
  private wasFull = false;
  private since: number;

  constructor(
    private settings: AdaptiveSettings,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.limit = Math.min(settings.max, Math.max(settings.min, 100));
    this.since = now();
  }

  /** Changes the lowest and the highest limit. */
  setRange(range: Pick<AdaptiveSettings, 'min' | 'max'>): void {
    this.settings = { ...this.settings, ...range };
    this.limit = Math.min(range.max, Math.max(range.min, this.limit));
  }

  /** The current limit. */
  get value(): number {
    return Math.floor(this.limit);
  }

  /**
   * Records an answered request.
   * @param ownMs its time in the gateway, in milliseconds
   * @param inFlight the requests in flight
   * @param isRefused whether it was answered without its work, so that its time is no best time of the route
   */
  add(route: string, ownMs: number, inFlight: number, isRefused = false): void {
    const bestMs = isRefused ? (this.best.get(route)?.current ?? ownMs) : this.bestOf(route, ownMs);
    const allowed = 2 * bestMs + this.settings.allowanceMs;
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
    // A limit that was not reached cannot show that it should grow.
    const target =
      gradient < 0.9 ? this.limit * gradient : this.wasFull ? this.limit + Math.sqrt(this.limit) : this.limit;
    const { min, max } = this.settings;
    this.limit = Math.min(max, Math.max(min, this.limit + SMOOTHING * (target - this.limit)));
  }

  private bestOf(route: string, ownMs: number): number {
    const now = this.now();
    const known = this.best.get(route);
    if (!known) {
      if (this.best.size < MAX_ROUTES) this.best.set(route, { current: ownMs, before: ownMs, since: now });
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
