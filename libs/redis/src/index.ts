export { claimKey, holdLock, type Lock, takeLock } from './lock.ts';
export { closeRedis, duplicateOf, openRedis, type RedisTls, SILENCE_MS, subscriberOf } from './open-redis.ts';
export { offlineTolerant } from './offline-tolerant.ts';
export { isRedisAddress } from './redis-address.ts';
export { redisKey, type RedisKey } from './redis-key.ts';
export { Redis } from './redis.ts';
export { defineScript } from './script.ts';
export { LEAST_REDIS, versionsIn } from './server-version.ts';
