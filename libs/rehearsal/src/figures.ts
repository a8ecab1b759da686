/** The relative width of a bucket: quantiles are exact to half of it. */
const GROWTH = 1.02;
/** The upper end of the first bucket, in milliseconds. */
const LEAST_MS = 0.01;

/** Counts of calls and tries, alike for what was and for what would have been. */
export interface Counts {
  calls: number;
  /** Calls that ended with a failure of the upstream, a timeout or a refusal of a policy. */
  failed: number;
  /** Tries that exceeded their timeout or the deadline of their request. */
  timedOut: number;
  /** Tries after a failed one. */
  retries: number;
  /** Second tries beside a slow one. */
  hedges: number;
  /** Tries that the breaker refused. */
  refused: number;
  /** How often a breaker opened, failed probes included. */
  opened: number;
  /** Tries that the bulkhead refused. */
  shed: number;
  /** Calls in whose place a stale answer was used, since the upstream failed or took longer than usual. */
  servedStale: number;
}

/** Counts, and latencies as requests see them by bucket. They can be posted to another process. */
export interface Figures {
  counts: Counts;
  buckets: Record<number, number>;
  maxMs: number;
}

/** What was, and what would have been. */
export interface MethodFigures {
  upstream: string;
  method: string;
  was: Figures;
  would: Figures;
  /** Tries that hang in the rehearsal because none was measured that took longer. */
  unmeasured: number;
}

export const noFigures = (): Figures => ({
  counts: {
    calls: 0,
    failed: 0,
    timedOut: 0,
    retries: 0,
    hedges: 0,
    refused: 0,
    opened: 0,
    shed: 0,
    servedStale: 0,
  },
  buckets: {},
  maxMs: 0,
});

/** Records the latency of a call. */
export function addLatency(figures: Figures, ms: number): void {
  const bucket = Math.max(0, Math.ceil(Math.log(ms / LEAST_MS) / Math.log(GROWTH)));
  figures.buckets[bucket] = (figures.buckets[bucket] ?? 0) + 1;
  figures.maxMs = Math.max(figures.maxMs, ms);
}

/** The latency that this share of calls did not exceed, in milliseconds; undefined without calls. */
export function quantileOf({ buckets, maxMs }: Figures, share: number): number | undefined {
  const sorted = Object.entries(buckets)
    .map(([bucket, count]) => [Number(bucket), count] as const)
    .sort(([a], [b]) => a - b);
  const total = sorted.reduce((sum, [, count]) => sum + count, 0);
  let left = Math.ceil(share * total);
  for (const [bucket, count] of sorted) {
    left -= count;
    if (left <= 0) return Math.min(maxMs, LEAST_MS * GROWTH ** (bucket - 0.5));
  }
  return undefined;
}

/** Adds the figures of one worker to those of others. */
export function addFigures(sum: Figures, { counts, buckets, maxMs }: Figures): void {
  for (const name of Object.keys(counts) as (keyof Counts)[]) sum.counts[name] += counts[name];
  for (const [bucket, count] of Object.entries(buckets))
    sum.buckets[Number(bucket)] = (sum.buckets[Number(bucket)] ?? 0) + count;
  sum.maxMs = Math.max(sum.maxMs, maxMs);
}
