import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setTimeout as passed } from 'node:timers/promises';

/** The interval of measurements, in milliseconds; a delay contains it. */
const RESOLUTION_MS = 10;
/** The first look waits so long for measurements, in milliseconds. */
const FIRST_MS = 1_000;
/** After this time without a look it stops measuring, in milliseconds. */
const UNUSED_MS = 120_000;
const NS_PER_MS = 1_000_000;

/** How the event loop of this process did since somebody began to look. */
export interface LoopReport {
  seconds: number;
  /** The share of time in which the loop was busy, from 0 to 1. */
  utilization: number;
  /** By how much timers were late, in milliseconds. */
  delayMs: { mean: number; p50: number; p90: number; p99: number; max: number };
}

/** Measures the event loop of this process, only while somebody looks at it. */
export class LoopWatch {
  private running:
    | {
        histogram: ReturnType<typeof monitorEventLoopDelay>;
        since: ReturnType<typeof performance.eventLoopUtilization>;
        at: number;
      }
    | undefined;
  private expiry: NodeJS.Timeout | undefined;

  async report(): Promise<LoopReport> {
    this.expiry?.refresh();
    this.expiry ??= setTimeout(() => this.stop(), UNUSED_MS).unref();
    if (!this.running) {
      const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
      histogram.enable();
      this.running = { histogram, since: performance.eventLoopUtilization(), at: performance.now() };
      await passed(FIRST_MS);
    }
    const { histogram, since, at } = this.running;
    const late = (ns: number) => Math.max(0, ns / NS_PER_MS - RESOLUTION_MS);
    return {
      seconds: (performance.now() - at) / 1_000,
      utilization: performance.eventLoopUtilization(since).utilization,
      delayMs: {
        mean: late(histogram.mean),
        p50: late(histogram.percentile(50)),
        p90: late(histogram.percentile(90)),
        p99: late(histogram.percentile(99)),
        max: late(histogram.max),
      },
    };
  }

  /** Stops measuring. */
  stop(): void {
    this.running?.histogram.disable();
    this.running = undefined;
    clearTimeout(this.expiry);
    this.expiry = undefined;
  }
}
