import { Config } from '#gateway/config/config';
import { ExecuteModule } from './run/execute.module.ts';
import { Redis } from '#libs/redis';
import { Module } from '@nestjs/common';
import { OperationCalls } from './usage/operation-calls.ts';
import { UsageStore } from './usage/usage-store.ts';
import { UsageStoreMemory } from './usage/usage-store.memory.ts';
import { UsageStoreRedis } from './usage/usage-store.redis.ts';
import { Usage } from './usage/usage.ts';

const storeOf = (redis: Redis | null, { USAGE_DAYS }: Config): UsageStore =>
  redis ? new UsageStoreRedis(redis, USAGE_DAYS) : new UsageStoreMemory(USAGE_DAYS);

/** Counts the use of operations. */
@Module({
  imports: [ExecuteModule],
  providers: [OperationCalls, Usage, { provide: UsageStore, useFactory: storeOf, inject: [Redis, Config] }],
  exports: [OperationCalls, Usage],
})
export class UsageModule {}
