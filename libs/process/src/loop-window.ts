import { createHistogram, performance } from 'node:perf_hooks';

/** The longest delay that is told apart, in microseconds: ten minutes. */
const HIGHEST_US = 600_000_000;
const US_PER_MS = 1_000;

/** Of several windows. A histogram takes 24 kB, which each report would leave to the collector. */
const sum = createHistogram({ lowest: 1, highest: HIGHEST_US, figures: 2 });

/** How the event loop did for a while. */
export interface LoopReport {
  /** How long that was. */
  seconds: number;
  /** The share of time in which the loop was busy, from 0 to 1. */
  utilization: number;
  /** By how much timers were late, in milliseconds, to within 1 %; undefined before the first sample. */
  delayMs: { mean: number; p50: number; p90: number; p99: number; max: number } | undefined;
}

/** The delays of the event loop, and its utilization, since this window was opened. */
export class LoopWindow {
  private readonly delays = createHistogram({ lowest: 1, highest: HIGHEST_US, figures: 2 });
  private readonly since = performance.eventLoopUtilization();
  private readonly openedAt = performance.now();

  /** Adds a sample. @param delayMs how late it came */
  add(delayMs: number): void {
    // A histogram of Node holds no zero; the microsecond is subtracted again.
    this.delays.record(Math.min(HIGHEST_US, 1 + Math.round(delayMs * US_PER_MS)));
  }

  /** What this window saw until now, with what later windows have. */
  report(later: readonly LoopWindow[] = []): LoopReport {
    sum.reset();
    for (const { delays } of [this, ...later]) sum.add(delays);
    const ms = (us: number) => Math.max(0, us - 1) / US_PER_MS;
    const { mean, max } = sum;
    const [p50, p90, p99] = [50, 90, 99].map((percentile) => ms(sum.percentile(percentile))) as [
      number,
      number,
      number,
    ];
    return {
      seconds: (performance.now() - this.openedAt) / 1_000,
      utilization: performance.eventLoopUtilization(this.since).utilization,
      delayMs: sum.count ? { mean: ms(mean), p50, p90, p99, max: ms(max) } : undefined,
    };
  }
}
