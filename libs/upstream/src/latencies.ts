const WINDOW = 128;
/** Percentiles are recomputed after this many calls: sorting on every call would cost more than the call. */
const EVERY = 16;
/** The fewest calls for a percentile. */
const ENOUGH = 20;

/** The latencies of a method's last 128 calls, in milliseconds. */
export class Latencies {
  /** Undefined until enough calls have been recorded. */
  p50: number | undefined;
  p95: number | undefined;
  private readonly ring = new Float64Array(WINDOW);
  private seen = 0;

  /** Records an answered call. */
  add(durationMs: number): void {
    this.ring[this.seen % WINDOW] = durationMs;
    this.seen += 1;
    if (this.seen >= ENOUGH && this.seen % EVERY === 0) this.workOut();
  }

  private workOut(): void {
    const sorted = this.ring.slice(0, Math.min(this.seen, WINDOW)).sort();
    this.p50 = sorted[Math.floor(sorted.length * 0.5)];
    this.p95 = sorted[Math.floor(sorted.length * 0.95)];
  }
}
