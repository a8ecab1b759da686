import { atMost } from '#libs/cache';
import { LRUCache } from 'lru-cache';
import { type FullAt, settle, spend, type Spent } from './gcra.ts';
import { LimitStore } from './limit-store.ts';
import type { Rate } from './policies.ts';

const MOST = 100_000;

/** Buckets of this process. Beyond a hundred thousand the one that was used longest ago is full again. */
export class LimitStoreMemory extends LimitStore {
  private readonly buckets = new LRUCache<string, FullAt>(atMost(MOST));

  spend(key: string, cost: number, rate: Rate): Spent {
    const [spent, fullAt] = spend(this.buckets.get(key), performance.now(), cost, rate);
    this.buckets.set(key, fullAt);
    return spent;
  }

  settle(key: string, cost: number, rate: Rate): void {
    this.buckets.set(key, settle(this.buckets.get(key), performance.now(), cost, rate));
  }
}
