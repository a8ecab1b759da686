import type { Remembered } from './policy.ts';
import type { SoftTimeout } from './soft-timeout.ts';

/** What became of the questions of one kind. */
export interface Stats {
  /** Answered from memory, fresh or not. */
  hits: number;
  /** Asked of the upstream. */
  misses: number;
  /** Answered from memory, and asked for again meanwhile. */
  stale: number;
  /** Answered from memory because the upstream failed. */
  staleOnError: number;
  /** Answered from the cache because the upstream took longer than usual: the soft timeout had passed. */
  staleOnTimeout: number;
  /** How often the second tier was read, and how long that took in all, in milliseconds. */
  redisReads: number;
  redisReadMs: number;
}

/** A question of a port, how it is remembered, and what has come of that. */
export interface Declared {
  port: string;
  question: string;
  policy: Remembered;
  stats: Stats;
  softTimeout: SoftTimeout;
}

export const noStats = (): Stats => ({
  hits: 0,
  misses: 0,
  stale: 0,
  staleOnError: 0,
  staleOnTimeout: 0,
  redisReads: 0,
  redisReadMs: 0,
});
