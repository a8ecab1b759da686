import { isIP } from 'node:net';
import { z } from 'zod';
import { type TlsFileError, TlsFiles } from './tls-files.ts';

const ms = (byDefault: number) => z.int().min(1).max(600_000).default(byDefault);
const share = (byDefault: number) => z.number().min(0).max(1).default(byDefault);
/** A share greater than 0: 0 would always be reached. */
const threshold = (byDefault: number) => z.number().gt(0).max(1).default(byDefault);
const count = (byDefault: number, min = 0) => z.int().min(min).max(100_000).default(byDefault);

/** The readiness path of our own services. */
export const DEFAULT_HEALTH_PATH = '/readyz';

const path = z.string().min(1, 'must be the path of a PEM file');

/** The TLS files of one upstream. They are read and checked here once, so that a mistake stops the start. */
export const tlsSettings = z
  .strictObject({
    ca: path.optional(),
    cert: path.optional(),
    key: path.optional(),
    serverName: z
      .string()
      .min(1)
      .max(253)
      .refine((name) => !isIP(name), 'must be a host name, not an address')
      .optional(),
  })
  .superRefine((files, check) => {
    const refuse = (setting: string, message: string) =>
      check.addIssue({ code: 'custom', path: [setting], message });
    if (files.cert !== undefined && files.key === undefined) return refuse('key', 'must be set where cert is');
    if (files.key !== undefined && files.cert === undefined) return refuse('cert', 'must be set where key is');
    try {
      new TlsFiles(files);
    } catch (error) {
      const { setting, message } = error as TlsFileError;
      refuse(setting, message);
    }
  });

/** The policy settings of one upstream. The defaults suit a service in the same data centre. */
export const upstreamSettings = z.strictObject({
  /** The timeout of one try, in milliseconds. */
  timeoutMs: ms(1_500),
  retry: z.strictObject({ maxTries: count(3, 1), baseDelayMs: ms(10), maxDelayMs: ms(250) }).prefault({}),
  /** Extra calls, for retries and hedges together: a share of the calls made, and a floor. */
  budget: z.strictObject({ ratio: share(0.2), perSecond: count(10) }).prefault({}),
  /** Hedging: the second try of a slow read starts after the recent p95, but not before `minDelayMs`. */
  hedge: z.strictObject({ mode: z.enum(['on', 'off']).default('on'), minDelayMs: ms(10) }).prefault({}),
  breaker: z
    .strictObject({
      /** `measure` reports its state but refuses nothing. */
      mode: z.enum(['on', 'measure', 'off']).default('on'),
      /** The size of the sliding window, and the fewest calls for a decision. */
      window: count(20, 1),
      minimumCalls: count(10, 1),
      failureRatio: threshold(0.5),
      slowMs: ms(1_000),
      slowRatio: threshold(0.8),
      /** The time between probes until one succeeds, and the number of consecutive successes to close. */
      openMs: ms(200),
      probes: count(3, 1),
      /** The duration of the ramp after recovery, in milliseconds. */
      rampMs: ms(500),
    })
    .refine(({ minimumCalls, window }) => minimumCalls <= window, 'minimumCalls must be at most window')
    .prefault({}),
  bulkhead: z.strictObject({ maxInFlight: count(128, 1), maxQueued: count(64) }).prefault({}),
  /** The readiness path of a REST upstream: any 2xx means ready. */
  healthPath: z
    .string()
    .regex(/^\/[\w\-.~%!$&'()*+,;=:@/?]*$/, 'must be a path that begins with /')
    .default(DEFAULT_HEALTH_PATH),
  tls: tlsSettings.optional(),
});

/** The settings of one upstream, complete. */
export type UpstreamSettings = z.output<typeof upstreamSettings>;
