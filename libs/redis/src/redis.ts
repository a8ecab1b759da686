import type { Redis as Connection } from 'ioredis';

/** A connection to Redis, as `openRedis` opens it. */
export type Redis = Connection;

/** The injection token of a connection. ioredis is loaded only when one is opened. */
export const Redis = Symbol('Redis');
