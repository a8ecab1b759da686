import type { Context } from '#libs/upstream';
import type { Entry } from './entry.ts';
import type { Semaphore } from './semaphore.ts';
import type { CacheRule } from './policy.ts';
import type { Key } from './redis-tier.ts';
import type { SoftTimeout } from './soft-timeout.ts';
import type { Stats } from './stats.ts';

/** One item of a lookup: a whole answer, or one of the things requested by id. */
export interface Item extends Key {
  /** The id of the thing, for questions by ids. */
  id?: string;
}

/** A port's question: its cache policy, and how to fetch it. */
export interface Lookup {
  /** `users.byIds`, for spans. */
  name: string;
  policy: CacheRule;
  stats: Stats;
  softTimeout: SoftTimeout;
  /** Bounds the port's calls that no request waits for any more. */
  detached: Semaphore;
  /** Fetches these items from the upstream. An item missing from the result does not exist. */
  fetch: (context: Context, items: readonly Item[]) => Promise<Map<string, unknown>>;
}

/** Entries by their keys. */
export type Known = Map<string, Entry>;
