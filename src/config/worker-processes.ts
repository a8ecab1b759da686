import { availableParallelism } from 'node:os';
import { bytes, isForeignWorker } from '#libs/process';
import { z } from 'zod';

const MAX_WORKERS = 256;

/** The number of worker processes, or `auto` for one per core. */
const workers = z
  .string()
  .default('1')
  .transform((value, check): number => {
    if (value === 'auto') return availableParallelism();
    const count = /^\d{1,3}$/.test(value) ? Number(value) : 0;
    if (count >= 1 && count <= MAX_WORKERS) return count;
    check.addIssue({ code: 'custom', message: `must be auto, or a whole number from 1 to ${MAX_WORKERS}` });
    return z.NEVER;
  });

/** The least limit: no worker needs less than this, in bytes. */
const MIN_MEMORY_BYTES = 67_108_864;
/** The greatest limit, in bytes: 64 GiB. */
const MAX_MEMORY_BYTES = 68_719_476_736;

/** The settings of worker processes. */
export const workerSettings = {
  WORKERS: workers,
  WORKER_MEMORY_BYTES: bytes(0, MAX_MEMORY_BYTES, 0).refine(
    (value) => value === 0 || value >= MIN_MEMORY_BYTES,
    `must be 0, or at least ${MIN_MEMORY_BYTES}`,
  ),
};

interface Processes {
  WORKERS: number;
  WORKER_MEMORY_BYTES: number;
  REDIS_URL?: string | undefined;
  JWT_PRIVATE_KEY?: unknown;
  JWT_KEYS_FILE?: unknown;
}

/**
 * Requires what several processes at one port share, and refuses workers of workers.
 * @param isMember whether this process is one of another program's cluster
 */
export function refuseUnsharedProcesses(
  { WORKERS, WORKER_MEMORY_BYTES, REDIS_URL, JWT_PRIVATE_KEY, JWT_KEYS_FILE }: Processes,
  check: z.core.$RefinementCtx,
  isMember = isForeignWorker,
): void {
  const refuse = (path: string, message: string) => check.addIssue({ code: 'custom', path: [path], message });
  if (isMember && WORKERS > 1)
    refuse(
      'WORKERS',
      'must be 1 in the cluster mode of PM2, whose instances are the workers: set instances there',
    );
  if (WORKER_MEMORY_BYTES && !(WORKERS > 1))
    refuse(
      'WORKER_MEMORY_BYTES',
      'must be unset where WORKERS is 1: only the first process of workers replaces them',
    );
  if (!(WORKERS > 1) && !isMember) return;
  const where = isMember ? 'in the cluster mode of PM2' : 'where WORKERS is more than 1';
  if (!REDIS_URL) refuse('REDIS_URL', `must be set ${where}: sessions and limits are shared through it`);
  if (!JWT_PRIVATE_KEY && !JWT_KEYS_FILE)
    refuse('JWT_PRIVATE_KEY', `must be set ${where}: all of them sign with it`);
}
