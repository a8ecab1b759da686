import { Config } from '#gateway/config/config';
import { Redis } from '#libs/redis';
import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ThrottlerModule } from '@nestjs/throttler';
import { LimitStoreMemory } from './limit-store.memory.ts';
import { LimitStoreRedis } from './limit-store.redis.ts';
import { LimitStore } from './limit-store.ts';
import { Limiter } from './limiter.ts';
import { LimitsGuard } from './limits.guard.ts';
import { policiesOf } from './policies.ts';

function storeOf(redis: Redis | null): LimitStore {
  const memory = new LimitStoreMemory();
  return redis ? new LimitStoreRedis(redis, memory) : memory;
}

/** Provides the store of the buckets to every module. */
@Global()
@Module({
  providers: [{ provide: LimitStore, useFactory: storeOf, inject: [Redis] }],
  exports: [LimitStore],
})
class LimitStoreModule {}

/** Rate limits of REST routes and socket messages, and the limiter for GraphQL. */
@Global()
@Module({
  imports: [
    LimitStoreModule,
    ThrottlerModule.forRootAsync({
      inject: [Config, LimitStore],
      useFactory: (config: Config, storage: LimitStore) => ({
        throttlers: policiesOf(config).map(({ name, limit, windowMs }) => ({ name, limit, ttl: windowMs })),
        storage,
      }),
    }),
  ],
  providers: [Limiter, { provide: APP_GUARD, useClass: LimitsGuard }],
  exports: [Limiter],
})
export class LimitsModule {}
