import { Config } from '#gateway/config/config';
import { Redis } from '#libs/redis';
import { Module } from '@nestjs/common';
import { CallCounts } from './call-counts.ts';
import { UsageStore } from './usage-store.ts';
import { UsageStoreMemory } from './usage-store.memory.ts';
import { UsageStoreRedis } from './usage-store.redis.ts';
import { Usage } from './usage.ts';

const storeOf = (redis: Redis | null, { USAGE_DAYS }: Config): UsageStore =>
  redis ? new UsageStoreRedis(redis, USAGE_DAYS) : new UsageStoreMemory(USAGE_DAYS);

/** Counts the use of operations of GraphQL and REST. */
@Module({
  providers: [CallCounts, Usage, { provide: UsageStore, useFactory: storeOf, inject: [Redis, Config] }],
  exports: [CallCounts, Usage],
})
export class UsageModule {}
