import type { Context } from '#libs/upstream';
import type { Entry } from './entry.ts';
import type { Places } from './places.ts';
import type { Remembered } from './policy.ts';
import type { Key } from './redis-tier.ts';
import type { SoftTimeout } from './soft-timeout.ts';
import type { Stats } from './stats.ts';

/** What is looked up: one answer, or one thing of many. */
export interface Item extends Key {
  /** Which thing, of a question for many. */
  id?: string;
}

/** A question of a port: how it is cached, and who answers it. */
export interface Lookup {
  policy: Remembered;
  stats: Stats;
  softTimeout: SoftTimeout;
  /** Places for calls to its port that no request waits for any more. */
  detached: Places;
  /** Requests these from the upstream. What it does not answer does not exist. */
  fetch: (context: Context, items: readonly Item[]) => Promise<Map<string, unknown>>;
}

/** Entries by their keys. */
export type Known = Map<string, Entry>;
