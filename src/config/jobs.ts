import { milliseconds } from '#libs/process';
import { z } from 'zod';

/** The settings of jobs. */
export const jobSettings = {
  JOBS: z.enum(['on', 'off']).default('on'),
  JOBS_FILE: z.string().default('.data/jobs.sqlite'),
  JOBS_LEASE_MS: milliseconds(30_000, 1_000, 3_600_000),
  JOBS_KEEP_MS: milliseconds(604_800_000, 60_000, 7_776_000_000),
};
