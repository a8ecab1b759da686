import { WorkerPool } from '#libs/workers';
import { type DynamicModule, Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { Config } from './config.ts';
import { workerThreads } from './worker-threads.ts';

/** Gives every provider the pool of threads of this process. */
@Global()
@Module({})
export class WorkerPoolModule implements OnApplicationShutdown {
  constructor(private readonly pool: WorkerPool) {}

  static of(config: Config): DynamicModule {
    const useFactory = () => new WorkerPool({ threads: workerThreads(config), maxQueued: config.WORKER_QUEUE });
    return {
      module: WorkerPoolModule,
      providers: [{ provide: WorkerPool, useFactory }],
      exports: [WorkerPool],
    };
  }

  /** Ends the threads: the requests and jobs that used them have ended by now. */
  async onApplicationShutdown(): Promise<void> {
    await this.pool.close();
  }
}
