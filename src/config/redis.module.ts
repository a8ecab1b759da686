import type { Logger } from '#libs/observe';
import { closeRedis, openRedis, Redis } from '#libs/redis';
import { DetachedWork } from '#libs/upstream';
import { type DynamicModule, Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { Config } from './config.ts';
import { redisTls } from './redis.ts';

/** Gives every provider the shared Redis connection; `null` if `REDIS_URL` is not set. */
@Global()
@Module({})
export class RedisModule implements OnApplicationShutdown {
  constructor(
    @Inject(Redis) private readonly redis: Redis | null,
    private readonly work: DetachedWork,
  ) {}

  static of(config: Config, logger: Logger): DynamicModule {
    const { REDIS_URL, REDIS_COMMAND_TIMEOUT_MS } = config;
    const useFactory = () =>
      REDIS_URL ? openRedis(REDIS_URL, logger, REDIS_COMMAND_TIMEOUT_MS, redisTls(config)) : null;
    return { module: RedisModule, providers: [{ provide: Redis, useFactory }], exports: [Redis] };
  }

  /** Closes the connection last: requests in progress may still need it. */
  async onApplicationShutdown(): Promise<void> {
    await this.work.settled();
    if (this.redis) await closeRedis(this.redis);
  }
}
