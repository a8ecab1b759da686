import type { CacheRule } from './policy.ts';
import type { SoftTimeout } from './soft-timeout.ts';

/** Counters of one cached question. */
export interface Stats {
  /** Answered from the cache, fresh or stale. */
  hits: number;
  /** Fetched from the upstream. */
  misses: number;
  /** Answered stale while being refreshed. */
  stale: number;
  /** Answered stale because the upstream failed. */
  staleOnError: number;
  /** Answered stale because the soft timeout had passed. */
  staleOnTimeout: number;
  /** Reads of the second tier, and their total time in milliseconds. */
  redisReads: number;
  redisReadMs: number;
}

/** A cached question of a port, with its policy and counters. */
export interface Declared {
  port: string;
  question: string;
  policy: CacheRule;
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
