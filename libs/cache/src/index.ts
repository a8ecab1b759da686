export { boundedLru } from './bounded-lru.ts';
export { Cache } from './cache.ts';
export { type Freshness, freshnessOf, keepNothing, keepPrivate } from './freshness.ts';
export { cache, cacheEach, type CachePolicy, type Declarations, invalidates, type CacheRule } from './policy.ts';
export { RedisTier } from './redis-tier.ts';
export { SoftTimeout } from './soft-timeout.ts';
export { withCache } from './with-cache.ts';
export type { Declared, Stats } from './stats.ts';
