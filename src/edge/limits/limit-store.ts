import type { ThrottlerStorage } from '@nestjs/throttler';
import type { Spent } from './gcra.ts';
import type { Rate } from './policies.ts';

/** What one bucket is asked for. */
export interface Spending {
  /** The bucket. */
  key: string;
  cost: number;
  rate: Rate;
}

/** Where buckets are kept, in constant time and space for each; what `@nestjs/throttler` counts in. */
export abstract class LimitStore implements ThrottlerStorage {
  /**
   * Takes from every bucket what it is asked for, or from none where one has not enough. The keys differ.
   * @returns what came of each; `isAllowed` of one that has enough is true though nothing was taken because of another
   */
  abstract spendAll(all: readonly Spending[]): readonly Spent[] | Promise<readonly Spent[]>;

  /** The same for one bucket. */
  spend(key: string, cost: number, rate: Rate): Spent | Promise<Spent> {
    const spent = this.spendAll([{ key, cost, rate }]);
    return spent instanceof Promise ? spent.then(([one]) => one!) : spent[0]!;
  }

  /** Takes what something turned out to cost beyond what was taken, though it is not there; a cost below 0 gives back. */
  abstract settle(key: string, cost: number, rate: Rate): void | Promise<void>;

  /** The same, as the library asks for it. @param ttl the window, in milliseconds; answers are in seconds */
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
