import type { Redis } from '#libs/redis';
import type * as Bullmq from 'bullmq';
import { Attempt, type Outcome, STALLED } from './attempt.ts';
import { attemptOf, type BullmqData, type BullmqJob, isDiscarded, recordOf } from './bullmq-record.ts';
import type { Interruption } from './interrupted.ts';
import { backoffOf, type JobKindSettings } from './job-kind.ts';
import type { QueueOptions } from './job-queue.ts';
import type { JobFailure, JobProgress, RunJob } from './job.ts';

type BullmqWorker = Bullmq.Worker<BullmqData, string | null>;

/** How often running jobs are read for cancellations by other processes, in milliseconds. */
const MAX_POLL_MS = 1_000;
/** The delay before a worker goes on that Redis refused, for example by its ACL or as a replica, in milliseconds. */
const RETRY_MS = 5_000;

/** The jobs of Redis that run in this process: a worker of BullMQ for each kind. */
export class BullmqRuns {
  private readonly workers = new Set<BullmqWorker>();
  private readonly retries = new Set<NodeJS.Timeout>();
  private isClosing = false;
  private readonly running = new Map<string, { attempt: Attempt; job: BullmqJob }>();
  private readonly poll: NodeJS.Timeout;

  /** @param redis a connection that waits for Redis @param onChange called when a job has changed here */
  constructor(
    private readonly bullmq: typeof Bullmq,
    private readonly redis: Redis,
    private readonly options: QueueOptions & { prefix: string },
    private readonly run: RunJob,
    private readonly onChange: (kind: JobKindSettings, id: string) => void,
  ) {
    const everyMs = Math.min(MAX_POLL_MS, options.leaseMs / 4);
    this.poll = setInterval(() => void this.readCancellations().catch(options.onError), everyMs).unref();
  }

  /** Runs the jobs of a kind. */
  add(kind: JobKindSettings): void {
    const worker = this.workerFor(kind);
    this.workers.add(worker);
    void this.start(worker).catch(async (error: Error) => {
      // It keeps the failure, and would repeat it without end, and without a turn of the event loop.
      this.workers.delete(worker);
      await worker.close(true).catch(() => {});
      if (this.isClosing) return;
      this.options.onError(error);
      this.after(RETRY_MS, () => this.add(kind));
    });
  }

  /** @throws {Error} while Redis does not let it read */
  private async start(worker: BullmqWorker): Promise<void> {
    await worker.waitUntilReady();
    void worker.run().catch(this.options.onError);
  }

  private workerFor(kind: JobKindSettings): BullmqWorker {
    const { prefix, leaseMs, keepMs, onError } = this.options;
    const kept = { age: Math.ceil(keepMs / 1_000) };
    const worker: BullmqWorker = new this.bullmq.Worker(
      kind.name,
      (job, token) => this.process(kind, job, token!),
      {
        autorun: false,
        connection: this.redis,
        prefix,
        concurrency: kind.concurrency,
        lockDuration: leaseMs,
        stalledInterval: leaseMs,
        // Attempts that ended with their process are counted by `process`.
        maxStalledCount: kind.attempts,
        removeOnComplete: kept,
        removeOnFail: kept,
        settings: { backoffStrategy: (attemptsMade) => backoffOf(kind, attemptsMade) },
        ...(kind.rate && { limiter: { max: kind.rate.max, duration: kind.rate.perMs } }),
      },
    );
    const changed = (id: string | undefined) => id !== undefined && this.onChange(kind, id);
    // The end of a discarded job was known when it was cancelled.
    worker.on('completed', (job) => isDiscarded(job) || changed(job.id));
    worker.on('failed', (job) => changed(job?.id));
    worker.on('stalled', (id) => changed(id));
    worker.on('lockRenewalFailed', (ids) => ids.forEach((id) => this.interrupt(id, 'lost')));
    // A connection that is lost is reported by libs/redis.
    worker.on('error', (error) => {
      const isStarting = !this.isClosing && !worker.isRunning();
      const isRefused = error.name === 'ReplyError';
      // While it pauses, its connections may go on and be refused, by a Redis that is busy with a script several times a second.
      if (isOfConnection(error) || isStarting || (isRefused && worker.isPaused())) return;
      onError(error);
      if (isRefused) this.pause(worker);
    });
    return worker;
  }

  /** Pauses a worker whose command Redis refused, as a replica or when it is full: BullMQ would repeat it without a delay. */
  private pause(worker: BullmqWorker): void {
    if (this.isClosing || worker.isPaused()) return;
    void worker.pause(true).catch(this.options.onError);
    this.after(RETRY_MS, () => void worker.resume());
  }

  private after(delayMs: number, run: () => void): void {
    const retry = setTimeout(() => {
      this.retries.delete(retry);
      run();
    }, delayMs);
    this.retries.add(retry);
  }

  /** A job was cancelled by this process; it may run here. */
  cancelled(id: string): void {
    this.interrupt(id, 'cancelled');
  }

  async close(graceMs: number): Promise<void> {
    this.isClosing = true;
    for (const timer of this.retries) clearTimeout(timer);
    const closed = Promise.all([...this.workers].map((worker) => worker.close()));
    const grace = setTimeout(() => {
      for (const id of this.running.keys()) this.interrupt(id, 'shutdown');
    }, graceMs);
    await closed;
    clearTimeout(grace);
    clearInterval(this.poll);
  }

  private async process(kind: JobKindSettings, job: BullmqJob, token: string): Promise<string | null> {
    if (job.data.cancelledAt !== undefined) return null;
    if (attemptOf(job, true) > kind.attempts) throw this.final(STALLED);
    const id = job.id!;
    const keep = (progress: JobProgress) =>
      void job.updateProgress({ ...progress }).then(() => this.onChange(kind, id), this.options.onError);
    const attempt = new Attempt(recordOf(job, 'active', kind.name, kind.attempts), kind, this.run, keep);
    this.running.set(id, { attempt, job });
    this.onChange(kind, id);
    try {
      return await this.settled(await attempt.ended, job, token);
    } finally {
      this.running.delete(id);
    }
  }

  private async settled(outcome: Outcome, job: BullmqJob, token: string): Promise<string | null> {
    if (outcome.is === 'completed') return outcome.result;
    if (outcome.is === 'failed') {
      if (outcome.isFinal) throw this.final(outcome.failure);
      throw new Error(JSON.stringify(outcome.failure));
    }
    if (outcome.why === 'cancelled') return null;
    // Another worker has it, or is to have it: no attempt is counted.
    if (outcome.why === 'shutdown') await job.moveToDelayed(Date.now(), token);
    throw new this.bullmq.DelayedError();
  }

  private final(failure: JobFailure): Error {
    return new this.bullmq.UnrecoverableError(JSON.stringify(failure));
  }

  private interrupt(id: string, why: Interruption): void {
    this.running.get(id)?.attempt.interrupt(why);
  }

  private async readCancellations(): Promise<void> {
    for (const { job } of this.running.values()) {
      const data = await this.redis.hget(`${this.options.prefix}:${job.queueName}:${job.id}`, 'data');
      if (data && (JSON.parse(data) as BullmqData).cancelledAt !== undefined) this.cancelled(job.id!);
    }
  }
}

const CONNECTION_ERRORS =
  /ECONNREFUSED|ECONNRESET|EPIPE|Connection is closed|Command timed out|Socket timeout|NOAUTH|WRONGPASS/;
const isOfConnection = (error: Error): boolean =>
  CONNECTION_ERRORS.test(`${(error as NodeJS.ErrnoException).code} ${error.message}`);
