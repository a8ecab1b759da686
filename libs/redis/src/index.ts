export { takeLock } from './lock.ts';
export { closeRedis, openRedis } from './open-redis.ts';
export { isRedisUrl } from './redis-url.ts';
export { Redis } from 'ioredis';
