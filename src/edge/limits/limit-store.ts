import type { ThrottlerStorage } from '@nestjs/throttler';
import type { Spent } from './gcra.ts';
import type { Rate } from './policies.ts';

/** A request to take a cost from one bucket. */
export interface Spending {
  /** The name of the bucket. */
  key: string;
  cost: number;
  rate: Rate;
}

/** Stores buckets, in constant time and space for each; also the storage of `@nestjs/throttler`. */
export abstract class LimitStore implements ThrottlerStorage {
  /**
   * Takes each cost from its bucket, or nothing from any of them if one has too little. The keys must differ.
   * @returns the outcome for each; `isAllowed` is true for a bucket with enough, even if another bucket has
   * refused
   */
  abstract spendAll(all: readonly Spending[]): readonly Spent[] | Promise<readonly Spent[]>;

  /** Takes a cost from one bucket, if it has enough. */
  spend(key: string, cost: number, rate: Rate): Spent | Promise<Spent> {
    const spent = this.spendAll([{ key, cost, rate }]);
    return spent instanceof Promise ? spent.then(([one]) => one!) : spent[0]!;
  }

  /** Takes a cost from a bucket even if it has too little; a cost below 0 gives back. */
  abstract settle(key: string, cost: number, rate: Rate): void | Promise<void>;

  /** Takes 1, for `@nestjs/throttler`. @param ttl the window in milliseconds; the times returned are in seconds */
  async increment(key: string, ttl: number, limit: number) {
    const { isAllowed, remaining, resetMs, retryMs } = await this.spend(key, 1, { limit, windowMs: ttl });
    return {
      totalHits: isAllowed ? limit - remaining : limit + 1,
      timeToExpire: Math.ceil(resetMs / 1000),
      isBlocked: !isAllowed,
      timeToBlockExpire: Math.ceil(retryMs / 1000),
    };
  }
}
