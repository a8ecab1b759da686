import { randomUUID } from 'node:crypto';
import { duplicateOf, offlineTolerant, type Redis, SILENCE_MS } from '#libs/redis';
import type * as Bullmq from 'bullmq';
import { type BullmqData, type BullmqJob, recordOf, WAITING_STATES } from './bullmq-record.ts';
import { BullmqOwners } from './bullmq-owners.ts';
import { consistent, countsOf, inTime, settledState, TIMEOUT_MS } from './bullmq-reads.ts';
import { BullmqRuns } from './bullmq-runs.ts';
import { jobKind, type JobKindSettings } from './job-kind.ts';
import {
  type AddedJob,
  type JobCounts,
  type JobFilter,
  JobQueue,
  type NewJob,
  type QueueOptions,
  tooManyWaiting,
  unavailable,
} from './job-queue.ts';
import type { JobRecord, JobState, RunJob } from './job.ts';

/** How many jobs are looked through for cancelled ones. */
const MAX_READ = 1_000;

/** The settings of a queue in Redis. */
export interface BullmqOptions extends QueueOptions {
  /** The connection of `openRedis`. */
  redis: Redis;
  /** What the keys begin with. In braces, so that a cluster keeps all of them in one slot. */
  prefix: string;
}

/** The states of BullMQ that jobs of a state may be in. */
const STATES: Record<JobState, ('waiting' | 'prioritized' | 'delayed' | 'active' | 'completed' | 'failed')[]> = {
  WAITING: [...WAITING_STATES],
  RUNNING: ['active'],
  COMPLETED: ['completed'],
  FAILED: ['failed'],
  CANCELLED: ['completed', ...WAITING_STATES],
};
const ALL = [...WAITING_STATES, 'active', 'completed', 'failed'] as const;

/**
 * A queue in Redis, by BullMQ. It is as durable as Redis is: use an append-only file. A job whose process was killed is run again
 * after one to two leases. Without Redis jobs cannot be added and read; those that run go on, and their ends are kept when it is
 * back.
 */
export class JobQueueBullmq extends JobQueue {
  /** Of our kinds, and of those of other releases that were met: the jobs of these are read and removed, and not run. */
  private readonly queues = new Map<string, Bullmq.Queue>();
  private readonly connection: Redis;
  private readonly owners: BullmqOwners;
  private readonly tolerant: ReturnType<typeof offlineTolerant>;
  private runs: BullmqRuns | undefined;
  private closed: Promise<void> | undefined;
  /** Changes of jobs that are being read. */
  private readonly noting = new Set<Promise<unknown>>();

  private constructor(
    kinds: Iterable<JobKindSettings>,
    private readonly options: BullmqOptions,
    private readonly bullmq: typeof Bullmq,
  ) {
    super(kinds);
    const { redis } = options;
    this.tolerant = offlineTolerant(redis);
    this.connection = duplicateOf(redis, { commandTimeout: TIMEOUT_MS, socketTimeout: SILENCE_MS });
    this.connection.on('error', () => {});
    this.owners = new BullmqOwners(this.connection, options.prefix, options.keepMs);
    for (const name of this.kinds.keys()) this.queueOf(name);
  }

  /** Opens the queue. Redis need not be there yet. */
  static async open(kinds: Iterable<JobKindSettings>, options: BullmqOptions): Promise<JobQueueBullmq> {
    return new JobQueueBullmq(kinds, options, await import('bullmq'));
  }

  override async find(id: string): Promise<JobRecord | undefined> {
    return (await this.located(id))?.record;
  }

  override async cancel(id: string): Promise<JobRecord | undefined> {
    const found = await this.located(id);
    if (!found || found.record.endedAt !== undefined || found.record.isCancelling) return found?.record;
    const { job, kind } = found;
    const isDiscarded = found.record.state === 'WAITING';
    await inTime(job.updateData({ ...job.data, cancelledAt: Date.now(), isDiscarded }));
    this.runs?.cancelled(id);
    // It is ended by whoever takes it; until then its data tell that it is cancelled.
    if (job.delay > 0) await inTime(job.promote().catch(() => undefined));
    return this.noted(kind, id);
  }

  override async replay(id: string): Promise<JobRecord | undefined> {
    const found = await this.located(id);
    if (!found || !['FAILED', 'CANCELLED'].includes(found.record.state)) return found?.record;
    const { job, kind } = found;
    const { cancelledAt: _, isDiscarded: __, ...data } = job.data;
    await inTime(job.updateData(data));
    const state = await settledState(job);
    if (state === 'failed' || state === 'completed')
      await inTime(job.retry(state, { resetAttemptsMade: true, resetAttemptsStarted: true }));
    return this.noted(kind, id);
  }

  override async remove(id: string): Promise<boolean> {
    const found = await this.located(id);
    if (!found || found.record.endedAt === undefined) return false;
    // A worker may hold one that it is about to end.
    const isRemoved = await inTime(found.job.remove().then(() => true)).catch(() => false);
    if (isRemoved) await inTime(this.owners.remove(found.record.owner, found.record));
    return isRemoved;
  }

  override async list(filter: JobFilter): Promise<JobRecord[]> {
    return filter.owner === undefined ? this.listAll(filter) : this.listOf(filter.owner, filter);
  }

  private async listOf(owner: string, filter: JobFilter): Promise<JobRecord[]> {
    const last = filter.after === undefined ? undefined : (await this.located(filter.after))?.record;
    if (filter.after !== undefined && !last) return [];
    return this.owners.list(owner, filter, last, async ({ kind, id }) => (await this.located(id, kind))?.record);
  }

  private async listAll({ kind, state, limit }: JobFilter): Promise<JobRecord[]> {
    const kinds = [...this.kinds.values()].filter(({ name }) => kind === undefined || name === kind);
    const states = state ? STATES[state] : [...ALL];
    const perState = state !== 'CANCELLED' ? limit : MAX_READ;
    const records = await Promise.all(
      kinds.flatMap(({ name, attempts }) => {
        const queue = this.queues.get(name)!;
        return states.map(async (theirs) => {
          const jobs = (await inTime(queue.getJobs([theirs], 0, perState - 1, false))) as (
            | BullmqJob
            | undefined
          )[];
          return jobs.flatMap((job) => (job ? [recordOf(job, theirs, name, attempts)] : []));
        });
      }),
    );
    const matches = (job: JobRecord) => !state || job.state === state;
    const unique = new Map(records.flat().map((job) => [job.id, job]));
    return [...unique.values()]
      .filter(matches)
      .sort((one, other) => other.createdAt - one.createdAt)
      .slice(0, limit);
  }

  override async counts(): Promise<JobCounts[]> {
    return Promise.all([...this.kinds.keys()].map((kind) => inTime(countsOf(kind, this.queueOf(kind)))));
  }

  override start(run: RunJob): void {
    const { options, kinds, tolerant, bullmq } = this;
    this.runs = new BullmqRuns(bullmq, tolerant.redis, options, run, (kind, id) => {
      const noted: Promise<unknown> = this.noted(kind, id)
        .catch(options.onError)
        .finally(() => this.noting.delete(noted));
      this.noting.add(noted);
    });
    for (const kind of kinds.values()) {
      void this.queues.get(kind.name)!.setGlobalConcurrency(kind.concurrency).catch(options.onError);
      this.runs.add(kind);
    }
  }

  override close(graceMs: number): Promise<void> {
    return (this.closed ??= this.closeNow(graceMs));
  }

  private async closeNow(graceMs: number): Promise<void> {
    // Without Redis no job can say how it has ended, so it runs again elsewhere: nothing is worth a wait.
    const waitMs = this.connection.status === 'ready' ? graceMs : 0;
    if (waitMs === 0) this.disconnect();
    // Redis may also be lost meanwhile: what waits for it ends with its connection.
    if (this.runs) await inTime(this.runs.close(waitMs), waitMs + TIMEOUT_MS).catch(() => undefined);
    // The last changes are read and published before the connection ends.
    await Promise.all(this.noting);
    await Promise.all([...this.queues.values()].map((queue) => inTime(queue.close()).catch(() => undefined)));
    this.disconnect();
  }

  private disconnect(): void {
    this.tolerant.end();
    this.connection.disconnect();
  }

  protected override async insert(
    { name: kind, attempts, maxWaiting }: JobKindSettings,
    job: NewJob,
  ): Promise<AddedJob> {
    const known = await this.located(job.id, kind);
    if (known) return { job: known.record, isNew: false };
    const queue = this.queues.get(kind)!;
    const waiting = await inTime(queue.getJobCountByTypes(...WAITING_STATES));
    if (waiting >= maxWaiting) throw tooManyWaiting();
    const { id, owner, json: input, origin, delayMs: delay } = job;
    const nonce = randomUUID();
    await inTime(this.owners.add(owner, { kind, id }, delay));
    const data: BullmqData = { owner, input, origin, nonce };
    const ours = await inTime(
      queue.add(kind, data, {
        jobId: id,
        priority: job.priority + 1,
        delay,
        attempts,
        backoff: { type: 'custom' },
      }),
    );
    const added = await this.located(id, kind);
    if (!added) throw unavailable(new Error(`job ${id} is gone`));
    if (added.job.data.nonce !== nonce) return { job: added.record, isNew: false };
    // It may run by now.
    return { job: recordOf(ours as BullmqJob, 'waiting', kind, attempts), isNew: true };
  }

  private queueOf(name: string): Bullmq.Queue {
    const known = this.queues.get(name);
    if (known) return known;
    const { prefix } = this.options;
    const queue = new this.bullmq.Queue(name, { connection: this.connection, prefix, skipVersionCheck: true });
    queue.on('error', () => {});
    this.queues.set(name, queue);
    return queue;
  }

  private async located(
    id: string,
    ...kinds: string[]
  ): Promise<{ job: BullmqJob; kind: JobKindSettings; record: JobRecord } | undefined> {
    const names = kinds.length ? kinds : [...this.queues.keys()];
    const found = await Promise.all(
      names.map(async (name) => {
        const read = await inTime(consistent(this.queueOf(name), id));
        if (!read) return [];
        const kind = this.kinds.get(name) ?? jobKind({ name, attempts: read.job.opts.attempts ?? 1 });
        return [{ job: read.job, kind, record: recordOf(read.job, read.state, name, kind.attempts) }];
      }),
    );
    return found.flat()[0];
  }

  /** Reads a job that has changed, and notifies the listeners. */
  private async noted({ name }: JobKindSettings, id: string): Promise<JobRecord | undefined> {
    const found = await this.located(id, name);
    if (found) this.changed(found.record);
    return found?.record;
  }
}
