import { z } from 'zod';

const ms = (byDefault: number) => z.int().min(1).max(600_000).default(byDefault);
const share = (byDefault: number) => z.number().min(0).max(1).default(byDefault);
/** A share that is reached at some time; 0 always is. */
const threshold = (byDefault: number) => z.number().gt(0).max(1).default(byDefault);
const count = (byDefault: number, least = 0) => z.int().min(least).max(100_000).default(byDefault);

/** How hard the gateway tries one upstream. Every number has a default that suits a service in the same data centre. */
export const upstreamSettings = z.strictObject({
  /** What one try may take, in milliseconds. */
  timeoutMs: ms(1_500),
  retry: z.strictObject({ maxTries: count(3, 1), baseDelayMs: ms(10), maxDelayMs: ms(250) }).prefault({}),
  /** Extra calls, for retries and hedges together: a share of the calls made, and a floor. */
  budget: z.strictObject({ ratio: share(0.2), perSecond: count(10) }).prefault({}),
  /** The second try of a slow read starts after the recent p95, but no sooner than `minDelayMs`. */
  hedge: z.strictObject({ mode: z.enum(['on', 'off']).default('on'), minDelayMs: ms(10) }).prefault({}),
  breaker: z
    .strictObject({
      /** `measure` reports what it would have done, and refuses nothing. */
      mode: z.enum(['on', 'measure', 'off']).default('on'),
      /** How many calls are looked back upon, and how many of them it takes to judge. */
      window: count(20, 1),
      minimumCalls: count(10, 1),
      failureRatio: threshold(0.5),
      slowMs: ms(1_000),
      slowRatio: threshold(0.8),
      openMs: ms(600),
      probes: count(3, 1),
      rampMs: ms(500),
    })
    .refine(({ minimumCalls, window }) => minimumCalls <= window, 'minimumCalls must be at most window')
    .prefault({}),
  bulkhead: z.strictObject({ maxInFlight: count(128, 1), maxQueued: count(64) }).prefault({}),
});

/** The settings of one upstream, complete. */
export type UpstreamSettings = z.output<typeof upstreamSettings>;
