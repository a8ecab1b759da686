import { Config } from '#gateway/config/config';
import { ExecuteModule } from '#gateway/transports/graphql/run/execute.module';
import { Redis } from '#libs/redis';
import { Module } from '@nestjs/common';
import { OperationCalls } from './operation-calls.ts';
import { UsageStore } from './usage-store.ts';
import { UsageStoreMemory } from './usage-store.memory.ts';
import { UsageStoreRedis } from './usage-store.redis.ts';
import { Usage } from './usage.ts';

const storeOf = (redis: Redis | null, { USAGE_DAYS }: Config): UsageStore =>
  redis ? new UsageStoreRedis(redis, USAGE_DAYS) : new UsageStoreMemory(USAGE_DAYS);

/** Counts the use of operations. */
@Module({
  imports: [ExecuteModule],
  providers: [OperationCalls, Usage, { provide: UsageStore, useFactory: storeOf, inject: [Redis, Config] }],
  exports: [OperationCalls, Usage],
})
export class UsageModule {}
