import { GatewayError } from '#libs/errors';
import { DelayQueue } from '#libs/upstream';

/** So many answers of late say what is usual. */
const WINDOW = 128;
/** The percentile is worked out anew after so many: sorting each time would cost more than the rest. */
const EVERY = 8;
/** So many times the 99th percentile is waited. */
const FACTOR = 1.5;
/** While nothing is known, in milliseconds. */
const UNKNOWN_MS = 50;
/** Shorter waits are the jitter of this process, in milliseconds. */
const MIN_MS = 8;
/** What takes longer is no usual answer, but one that hung: it is not waited for, and says nothing; in milliseconds. */
const MAX_MS = 1_000;
/** An answer that comes too late counts for at most so many times as long: several have to, before much longer is waited. */
const MAX_LATE = 4;
/** So long after a failure nothing is waited for, in milliseconds. */
const FAILING_MS = 30_000;
/** What says that an upstream does not answer. */
const FAILURES = new Set(['UPSTREAM_UNAVAILABLE', 'UPSTREAM_TIMEOUT', 'CIRCUIT_OPEN', 'OVERLOADED']);

/**
 * How long to wait for an answer where a stale one is at hand: a little longer than it usually takes, from the latencies
 * of late. Where the last call failed, 0: what asks whether the upstream is back goes beside the request.
 */
export class SoftTimeout {
  private readonly later = new DelayQueue();
  private readonly latencies = new Float64Array(WINDOW);
  private seen = 0;
  private usualMs = UNKNOWN_MS;
  private lastLateAt = -Infinity;
  private failedAt = -Infinity;
  private backAt = -Infinity;

  /** In milliseconds. */
  get ms(): number {
    return performance.now() - this.failedAt < FAILING_MS ? 0 : this.usualMs;
  }

  /** Calls `onOverdue` once the time is over, at once where it is 0. @returns stops the clock */
  start(onOverdue: () => void): () => void {
    const { ms } = this;
    if (ms > 0) return this.later.add(ms, onOverdue);
    onOverdue();
    return () => {};
  }

  /** Notes a call that was answered. @param startedAt on the clock of `performance.now()` */
  answered(startedAt: number): void {
    const now = performance.now();
    if (this.failedAt > -Infinity) {
      this.failedAt = -Infinity;
      this.backAt = now;
    }
    const tookMs = now - startedAt;
    // What was sent before the upstream was back has waited for that.
    if (startedAt < this.backAt || tookMs > MAX_MS) return;
    if (!this.seen) return this.note(tookMs);
    if (tookMs > this.usualMs) {
      // What hung together, and came back together, is one thing that was slow.
      if (startedAt < this.lastLateAt) return;
      this.lastLateAt = now;
    }
    this.note(Math.min(tookMs, MAX_LATE * this.usualMs));
  }

  /** Notes a call that was not. */
  failed(error: unknown): void {
    if (error instanceof GatewayError && FAILURES.has(error.code)) this.failedAt = performance.now();
  }

  private note(tookMs: number): void {
    this.latencies[this.seen % WINDOW] = tookMs;
    this.seen += 1;
    if (this.seen > EVERY && this.seen % EVERY && tookMs <= this.usualMs) return;
    const known = this.latencies.slice(0, Math.min(this.seen, WINDOW)).sort();
    // The first calls make connections, and are slow for that: of few, more are left out.
    const leftOut = known.length < WINDOW ? Math.floor(known.length / 8) : 1;
    const usual = known[known.length - 1 - leftOut]!;
    this.usualMs = Math.min(MAX_MS, Math.max(MIN_MS, FACTOR * usual));
  }
}
