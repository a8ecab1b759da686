import { JobsModule } from '#gateway/jobs/jobs.module';
import { RequestRecordings } from '#gateway/edge/tracing/request-recordings';
import { Config, loadConfig } from '#gateway/config/config';
import { EventLog, EventLogMemory } from '#libs/events';
import { JobQueue, type JobRecord, type JobState } from '#libs/jobs';
import type { Recording } from '#libs/observe';
import { createLogger } from '#libs/observe';
import { LogLines } from '#libs/testing';
import { Redis } from '#libs/redis';
import { Global, Module, type Provider, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { LoggerModule } from 'nestjs-pino';
import { Jobs } from './jobs.ts';
import { RunJobs } from './run-jobs.ts';

/** The jobs of a gateway, without the rest of it. */
export interface JobsForTests {
  jobs: Jobs;
  queue: JobQueue;
  eventLog: EventLog;
  recordings: Recording[];
  log: LogLines;
  get<T>(provider: abstract new (...given: never[]) => T): T;
  start(): void;
  /** Resolves with a job once it is in a state. */
  reached(id: string, ...states: JobState[]): Promise<JobRecord>;
  close(): Promise<void>;
}

/** Opens a queue with the jobs of some classes. @param providers the classes, and what they need */
export async function jobsOf(providers: Provider[], environment: NodeJS.ProcessEnv = {}): Promise<JobsForTests> {
  const eventLog = new EventLogMemory();
  const log = new LogLines();
  const config = loadConfig({ JOBS_FILE: ':memory:', ...environment });
  const shared = [
    { provide: Config, useValue: config },
    { provide: EventLog, useValue: eventLog },
    { provide: Redis, useValue: null },
    RequestRecordings,
  ];

  @Global()
  @Module({
    imports: [
      LoggerModule.forRoot({ pinoHttp: { logger: createLogger('gateway', 'silent') }, forRoutes: [] }),
      JobsModule,
    ],
    providers: [...shared, ...providers],
    exports: [Config, EventLog, Redis, RequestRecordings],
  })
  class Root {}

  const app = await NestFactory.createApplicationContext(Root, { logger: false, abortOnError: false });
  const queue = app.get(JobQueue);
  const recordings: Recording[] = [];
  app.get(RequestRecordings).subscribe((recording) => void recordings.push(recording));
  return {
    jobs: app.get(Jobs),
    queue,
    eventLog,
    recordings,
    get: <T>(provider: abstract new (...given: never[]) => T) => app.get(provider as Type<T>, { strict: false }),
    log,
    start: () => app.get(RunJobs).start(createLogger('gateway', 'info', log)),
    reached: (id, ...states) =>
      new Promise((resolve) => {
        const done = (job: JobRecord | undefined) => {
          if (job?.id !== id || !states.includes(job.state)) return;
          stop();
          resolve(job);
        };
        const stop = queue.onChange(done);
        void queue.find(id).then(done);
      }),
    close: () => app.close(),
  };
}
