import { DetachedWork } from '#libs/upstream';
import { Redis } from '#libs/redis';
import { Module } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { IdempotencyKeysMemory } from './idempotency-keys.memory.ts';
import { IdempotencyKeysRedis } from './idempotency-keys.redis.ts';
import { IdempotencyKeys } from './idempotency-keys.ts';
import { Idempotency } from './idempotency.ts';

/** Provides idempotency, with keys in Redis if it is configured, else in memory. */
@Module({
  providers: [
    {
      provide: IdempotencyKeys,
      inject: [Redis],
      useFactory: (redis: Redis | null) => (redis ? new IdempotencyKeysRedis(redis) : new IdempotencyKeysMemory()),
    },
    {
      provide: Idempotency,
      inject: [IdempotencyKeys, DetachedWork, PinoLogger],
      useFactory: (keys: IdempotencyKeys, work: DetachedWork, { logger }: PinoLogger) =>
        new Idempotency(keys, work, logger),
    },
  ],
  exports: [Idempotency],
})
export class IdempotencyModule {}
