import { availableParallelism } from 'node:os';
import { count } from '#libs/process';
import { z } from 'zod';
import type { Config } from './config.ts';

/** The threads that libuv starts where UV_THREADPOOL_SIZE is not set. */
const OF_LIBUV = 4;
const MAX_OF_LIBUV = 1_024;
/** The threads of libuv that pictures leave to compression, files, names and password hashes. */
const LEFT_TO_OTHERS = 2;
const MAX_THREADS = 256;

/** The threads that work is given to, and how much may wait for them. */
export const threadSettings = {
  WORKER_THREADS: z
    .string()
    .default('auto')
    .refine((value) => value === 'auto' || (/^[1-9]\d{0,2}$/.test(value) && Number(value) <= MAX_THREADS), {
      message: `must be auto, or a whole number from 1 to ${MAX_THREADS}`,
    })
    .transform((value): number | 'auto' => (value === 'auto' ? value : Number(value))),
  WORKER_QUEUE: count(100, 0, 100_000),
  UV_THREADPOOL_SIZE: count(OF_LIBUV, 1, MAX_OF_LIBUV),
};

/**
 * The number of threads of this process. `auto` leaves one core to the event loop and shares the others between the worker
 * processes; it never takes all threads of libuv, in which pictures are decoded.
 */
export function workerThreads(
  { WORKER_THREADS, WORKERS, UV_THREADPOOL_SIZE }: Pick<Config, keyof typeof threadSettings | 'WORKERS'>,
  cores = availableParallelism(),
): number {
  if (WORKER_THREADS !== 'auto') return WORKER_THREADS;
  const ofCores = Math.floor((cores - 1) / WORKERS);
  return Math.max(1, Math.min(ofCores, UV_THREADPOOL_SIZE - LEFT_TO_OTHERS));
}
