import { accessSync, closeSync, constants, existsSync, openSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isConfined } from '#libs/confinement';
import { milliseconds } from '#libs/process';
import { z } from 'zod';

/** The settings of jobs. */
export const jobSettings = {
  JOBS: z.enum(['on', 'off']).default('on'),
  JOBS_FILE: z.string().default('.data/jobs.sqlite'),
  JOBS_LEASE_MS: milliseconds(30_000, 1_000, 3_600_000),
  JOBS_KEEP_MS: milliseconds(604_800_000, 86_400_000, 7_776_000_000),
};

/** Refuses a file that cannot be written, unless Redis keeps the jobs. */
export function refuseReadOnlyJobs(
  { JOBS_FILE, REDIS_URL }: { JOBS_FILE: string; REDIS_URL?: string | undefined },
  check: z.RefinementCtx,
): void {
  if (REDIS_URL || JOBS_FILE === ':memory:' || isWritable(resolve(JOBS_FILE))) return;
  check.addIssue({
    code: 'custom',
    path: ['JOBS_FILE'],
    message: 'must be a file that can be written, or one that can be made: without REDIS_URL jobs are kept there',
  });
}

function isWritable(path: string, isFile = true): boolean {
  // A confined process may not look at the folders above, only at the file.
  if (isConfined() && !existsSync(path)) return canBeMade(path);
  if (!existsSync(path)) return path !== dirname(path) && isWritable(dirname(path), false);
  try {
    accessSync(path, constants.W_OK);
    return statSync(path).isDirectory() !== isFile;
  } catch {
    return false;
  }
}

function canBeMade(path: string): boolean {
  try {
    closeSync(openSync(path, 'a', 0o600));
    return true;
  } catch {
    return false;
  }
}
