export { atMost } from './at-most.ts';
export { Cache } from './cache.ts';
export { type Freshness, freshnessOf, keepNothing, keepPrivate } from './freshness.ts';
export { cache, cacheEach, type CachePolicy, type Declarations, forgets, type Remembered } from './policy.ts';
export { RedisTier } from './redis-tier.ts';
export { remember } from './remember.ts';
export type { Declared, Stats } from './stats.ts';
