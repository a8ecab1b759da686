import type { Redis } from '#libs/redis';
import { redisConnections, redisForTests } from '#libs/testing';
import { afterAll, beforeAll, describe } from '@jest/globals';
import { IdempotencyKeysMemory } from './idempotency-keys.memory.ts';
import { IdempotencyKeysRedis } from './idempotency-keys.redis.ts';
import type { IdempotencyKeys } from './idempotency-keys.ts';

/** Finds or starts a Redis for a suite, and stops it after the suite. Fixtures stay loaded, so each suite calls this. */
export async function storesForTests() {
  const server = await redisForTests();
  afterAll(async () => {
    if ('stop' in server) await server.stop();
  });

  /** Runs a suite with a real Redis; skips it, with the reason, if there is none. */
  const describeOnRedis = (subject: string, suite: (redis: () => Redis) => void): void => {
    const on = 'skip' in server ? describe.skip : describe;
    on('skip' in server ? `${subject} (${server.skip})` : subject, () => {
      const connections = redisConnections();
      let redis: Redis;
      beforeAll(async () => {
        redis = await connections.connected('url' in server ? server.url : '');
      });
      afterAll(() => connections.close());
      suite(() => redis);
    });
  };

  /** Runs a suite with each store of idempotency keys. */
  const describeStores = (subject: string, suite: (store: () => IdempotencyKeys) => void): void => {
    describe(`${subject} in memory`, () => {
      suite(() => new IdempotencyKeysMemory());
    });
    describeOnRedis(`${subject} in Redis`, (redis) => {
      suite(() => new IdempotencyKeysRedis(redis()));
    });
  };

  return { describeOnRedis, describeStores };
}
