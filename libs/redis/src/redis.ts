import type { Redis as Connection } from 'ioredis';

/** A connection to Redis, as `openRedis` opens it. */
export type Redis = Connection;

/** What a connection is injected by. ioredis itself is loaded by who opens one. */
export const Redis = Symbol('Redis');
