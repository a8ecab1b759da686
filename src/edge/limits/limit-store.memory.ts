import { boundedLru } from '#libs/cache';
import { LRUCache } from 'lru-cache';
import { type FullAt, settle, spend, type Spent } from './gcra.ts';
import { LimitStore, type Spending } from './limit-store.ts';
import type { Rate } from './policies.ts';

const MAX_ENTRIES = 100_000;

/**
 * Buckets in the memory of this process. Beyond 100,000, the least recently used one is dropped, and so is full.
 */
export class LimitStoreMemory extends LimitStore {
  private readonly buckets = new LRUCache<string, FullAt>(boundedLru(MAX_ENTRIES));

  spendAll(all: readonly Spending[]): readonly Spent[] {
    const now = performance.now();
    const tries = all.map(({ key, cost, rate }) => spend(this.buckets.get(key), now, cost, rate));
    if (tries.some(([{ isAllowed }]) => !isAllowed))
      return tries.map(([spent], at) => this.unspent(spent, all[at]!));
    return tries.map(([spent, fullAt], at) => {
      this.buckets.set(all[at]!.key, fullAt);
      return spent;
    });
  }

  settle(key: string, cost: number, rate: Rate): void {
    this.buckets.set(key, settle(this.buckets.get(key), performance.now(), cost, rate));
  }
  /** The outcome for a bucket when nothing was taken; a refusal stays a refusal. */
  private unspent(spent: Spent, { key, rate }: Spending): Spent {
    return spent.isAllowed ? spend(this.buckets.get(key), performance.now(), 0, rate)[0] : spent;
  }
}
