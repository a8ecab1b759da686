import { RequestRecordings } from '#gateway/edge/tracing/request-recordings';
import { GatewayError } from '#libs/errors';
import { JobQueue, type RunningJob } from '#libs/jobs';
import { attachSpan, inRequest, type Logger, type RequestStore, traceIdOf } from '#libs/observe';
import { Context } from '#libs/upstream';
import { check } from '#libs/view';
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { Config } from '#gateway/config/config';
import { JobRegistry, type RegisteredKind } from './job-registry.ts';
import { JobRuns } from './job-runs.ts';
import { readOrigin } from './job-origin.ts';
import { Schedules } from './schedules.ts';

/** How long running jobs may take to end at a shutdown, in milliseconds; then they wait for another process. */
const GRACE_MS = 3_000;

/** The caller in upstream calls of scheduled jobs. */
const SCHEDULE_CALLER = 'atrium-schedule';

/** Runs the jobs of all kinds in this process, from `start` to the shutdown. */
@Injectable()
export class RunJobs implements BeforeApplicationShutdown {
  private closed: Promise<void> | undefined;

  constructor(
    private readonly queue: JobQueue,
    private readonly registry: JobRegistry,
    private readonly schedules: Schedules,
    private readonly runs: JobRuns,
    private readonly recordings: RequestRecordings,
    private readonly config: Config,
  ) {}

  /** Begins to take jobs, once the gateway listens. @param logger gets a line for each attempt */
  start(logger: Logger): void {
    if (this.config.JOBS === 'off' || !this.registry.kinds.size) return;
    this.queue.start((name, job) => this.run(this.registry.of(name), job, logger));
    this.schedules.start();
  }

  /** Takes no more jobs; those that run have 3 s to end. */
  close(): Promise<void> {
    this.schedules.stop();
    return (this.closed ??= this.queue.close(GRACE_MS));
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.close();
  }

  private async run(
    { declaration, settings, runner }: RegisteredKind,
    job: RunningJob,
    logger: Logger,
  ): Promise<unknown> {
    const { name } = settings;
    const { requestId = job.id, trace, caller: adder } = readOrigin(job.origin);
    const caller = job.owner ? adder : { id: SCHEDULE_CALLER, scopes: declaration.schedule?.scopes ?? [] };
    const log: RequestStore = { requestId, jobId: job.id, ...(caller.id && { callerId: caller.id }) };
    const recording = this.recordings.begin({
      requestId,
      ...(trace && { trace }),
      name: `job ${name}`,
      kind: 'consumer',
      attributes: { 'atrium.job.id': job.id, 'atrium.job.kind': name, 'atrium.job.attempt': job.attempt },
    });
    if (recording?.isPropagated) log.traceId = recording.traceId;
    else if (trace) log.traceId = traceIdOf(trace);
    if (recording) attachSpan(log, recording.root);
    const context = new Context({
      log,
      ...(trace && { trace }),
      ...(recording && { span: recording.root }),
      timeoutMs: settings.timeoutMs,
      caller,
    });
    job.signal.addEventListener('abort', () => context.end(), { once: true });
    const startedAt = performance.now();
    const ended = (error?: unknown) => {
      context.settle();
      const durationMs = performance.now() - startedAt;
      const code = error === undefined ? undefined : codeOf(error);
      recording?.root.end(code);
      this.runs.note(name, outcomeOf(job, error), durationMs);
      const fields = { jobId: job.id, kind: name, attempt: job.attempt, durationMs: Math.round(durationMs) };
      if (error === undefined) logger.info(fields, 'job completed');
      else if (job.signal.aborted)
        logger.info({ ...fields, reason: String(job.signal.reason) }, 'job interrupted');
      else logger.warn({ ...fields, code, err: error }, 'job attempt failed');
    };
    return inRequest(log, async () => {
      try {
        const input = check(declaration.input as never, job.input) as never;
        const result = await runner().run(context, { ...job, input } as RunningJob<never>);
        ended();
        return result;
      } catch (error) {
        ended(error);
        throw error;
      }
    });
  }
}

const codeOf = (error: unknown): string => (error instanceof GatewayError ? error.code : 'INTERNAL');

const outcomeOf = ({ signal }: RunningJob, error: unknown): 'completed' | 'failed' | 'interrupted' =>
  error === undefined ? 'completed' : signal.aborted ? 'interrupted' : 'failed';
