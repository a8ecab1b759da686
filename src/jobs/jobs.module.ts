import { Config } from '#gateway/config/config';
import { redisKeys } from '#gateway/config/redis-keys';
import { JobQueue, JobQueueBullmq, JobQueueSqlite } from '#libs/jobs';
import { Redis } from '#libs/redis';
import { Global, Module } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { JobEvents } from './job-events.ts';
import { JobRegistry } from './job-registry.ts';
import { JobRuns } from './job-runs.ts';
import { Jobs } from './jobs.ts';
import { RunJobs } from './run-jobs.ts';
import { Schedules } from './schedules.ts';

async function queueOver(
  registry: JobRegistry,
  config: Config,
  redis: Redis | null,
  logger: PinoLogger,
): Promise<JobQueue> {
  const { JOBS_LEASE_MS: leaseMs, JOBS_KEEP_MS: keepMs, JOBS_FILE: path } = config;
  const kinds = [...registry.kinds.values()].map(({ settings }) => settings);
  const onError = (error: unknown) => logger.error({ err: error }, 'queue of jobs failed');
  const options = { leaseMs, keepMs, onError };
  // Without kinds there are no connections.
  return redis && kinds.length
    ? JobQueueBullmq.open(kinds, { ...options, redis, prefix: redisKeys.jobs() })
    : new JobQueueSqlite(kinds, { ...options, path });
}

/** Provides the queue of jobs, and runs what is in it. */
@Global()
@Module({
  providers: [
    { provide: JobQueue, useFactory: queueOver, inject: [JobRegistry, Config, Redis, PinoLogger] },
    JobEvents,
    JobRegistry,
    JobRuns,
    Jobs,
    RunJobs,
    Schedules,
  ],
  exports: [JobQueue, JobRegistry, JobRuns, Jobs, RunJobs, Schedules],
})
export class JobsModule {}
