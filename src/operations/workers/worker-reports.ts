import { Config } from '#gateway/config/config';
import { Shedding } from '#gateway/edge/shedding/shedding';
import { OpenStreams } from '#gateway/edge/streams/open-streams';
import { type WorkerLoad, WorkerLoads, workerReason } from '#libs/process';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';

/** Reports the load of this process to the first process of the workers, and knows that of all. */
@Injectable()
export class WorkerReports implements OnApplicationShutdown {
  /** Why this process was started. */
  readonly reason = workerReason;
  /** The resident memory above which a worker is replaced, in bytes; 0 for no limit. */
  readonly limitBytes: number;
  private readonly loads: WorkerLoads;

  constructor(shedding: Shedding, streams: OpenStreams, config: Config) {
    this.limitBytes = config.WORKER_MEMORY_BYTES;
    this.loads = new WorkerLoads(() => ({
      requestsInFlight: shedding.gate.inFlight,
      openStreams: streams.size,
    }));
  }

  /** The loads of all workers of this gateway, that of this process first. */
  get all(): WorkerLoad[] {
    return this.loads.all;
  }

  onApplicationShutdown(): void {
    this.loads.stop();
  }
}
