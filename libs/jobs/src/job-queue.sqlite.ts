import { randomUUID } from 'node:crypto';
import { GatewayError } from '#libs/errors';
import { type JobKindSettings } from './job-kind.ts';
import {
  type AddedJob,
  type JobCounts,
  type JobFilter,
  JobQueue,
  type NewJob,
  type QueueOptions,
  unavailable,
} from './job-queue.ts';
import type { JobRecord, RunJob } from './job.ts';
import { JobsFile } from './jobs-file.ts';
import { JobsTable } from './jobs-table.ts';
import { RunningJobs } from './running-jobs.ts';

/** How often the file is read for jobs of other processes and for cancellations, in milliseconds. */
const MAX_POLL_MS = 1_000;

/** How often jobs that are too old are deleted, in milliseconds. */
const PRUNE_MS = 60_000;

/** The settings of a queue in a file. */
export interface SqliteQueueOptions extends QueueOptions {
  /** Made when it is first needed; `:memory:` for a queue that is lost at the end. */
  path: string;
  /** The wall clock, in milliseconds since the epoch. */
  now?: () => number;
}

/**
 * A queue in an SQLite file, which the processes of one machine may share. It survives restarts and `kill -9`; the last jobs
 * before a power failure may be lost. The file is not opened before it is needed, unless it is there already.
 */
export class JobQueueSqlite extends JobQueue {
  private table: Promise<JobsTable> | undefined;
  private file: JobsFile | undefined;
  private isClosing = false;
  private closed: Promise<void> | undefined;
  private running: RunningJobs | undefined;
  private poll: NodeJS.Timeout | undefined;
  private next: NodeJS.Timeout | undefined;
  private pumping: Promise<void> | undefined;
  private isAgain = false;
  private lastPolled = -Infinity;
  private lastPruned = -Infinity;
  private readonly pollMs: number;
  private readonly now: () => number;

  constructor(
    kinds: Iterable<JobKindSettings>,
    private readonly options: SqliteQueueOptions,
  ) {
    super(kinds);
    this.now = options.now ?? Date.now;
    this.pollMs = Math.min(MAX_POLL_MS, options.leaseMs / 4);
  }

  override find(id: string): Promise<JobRecord | undefined> {
    return this.used(undefined, (table) => table.find(id));
  }

  override cancel(id: string): Promise<JobRecord | undefined> {
    return this.used(undefined, async (table) => {
      const job = await table.cancel(id);
      if (!job) return table.find(id);
      this.changed(job);
      this.running?.interrupt(table.cancelledHere(), 'cancelled');
      return job;
    });
  }

  override replay(id: string): Promise<JobRecord | undefined> {
    return this.used(undefined, async (table) => {
      const job = await table.replay(id);
      if (!job) return table.find(id);
      this.changed(job);
      this.pump();
      return job;
    });
  }

  override remove(id: string): Promise<boolean> {
    return this.used(false, (table) => table.remove(id));
  }

  override list(filter: JobFilter): Promise<JobRecord[]> {
    return this.used([], (table) => table.list(filter));
  }

  override async counts(): Promise<JobCounts[]> {
    const counted = await this.used([], (table) => table.counts());
    const known = new Map<string, Partial<JobCounts>>(counted.map((each) => [each.kind, each]));
    return [...this.kinds.keys()].map((kind) => {
      const { waiting = 0, running = 0, failed = 0, lastCompletedAt } = known.get(kind) ?? {};
      return { kind, waiting, running, failed, lastCompletedAt: lastCompletedAt ?? undefined };
    });
  }

  override start(run: RunJob): void {
    const { leaseMs, onError } = this.options;
    this.running = new RunningJobs(run, leaseMs, (job) => this.changed(job), onError);
    this.poll = setInterval(() => this.pump(), this.pollMs).unref();
    this.pump();
  }

  override close(graceMs: number): Promise<void> {
    return (this.closed ??= this.closeNow(graceMs));
  }

  private async closeNow(graceMs: number): Promise<void> {
    this.isClosing = true;
    clearInterval(this.poll);
    clearTimeout(this.next);
    await this.pumping;
    const { running, table, options } = this;
    if (running && table) {
      const grace = setTimeout(() => running.interruptAll('shutdown'), graceMs);
      // Leases are renewed for as long as jobs run.
      const renew = async () => running.renew(await table);
      const renewal = setInterval(() => void renew().catch(options.onError), this.pollMs);
      await running.settled();
      clearTimeout(grace);
      clearInterval(renewal);
    }
    await this.table?.catch(() => undefined);
    this.file?.close();
  }

  protected override async insert(kind: JobKindSettings, job: NewJob): Promise<AddedJob> {
    const added = await this.opened()
      .then((table) => table.insert(kind, job))
      .catch(asUnavailable);
    this.pump();
    return added;
  }

  /** What the table answers; `without` if there is no file yet. @throws {GatewayError} OVERLOADED if it cannot be used */
  private async used<T>(without: T, answer: (table: JobsTable) => T | Promise<T>): Promise<T> {
    return this.isThere ? this.opened().then(answer).catch(asUnavailable) : without;
  }

  private get isThere(): boolean {
    return this.table !== undefined || JobsFile.exists(this.options.path);
  }

  private opened(): Promise<JobsTable> {
    if (this.isClosing && !this.table) return Promise.reject(new Error('The queue of jobs is closed.'));
    this.table ??= this.open().catch((error: unknown) => {
      this.table = undefined;
      throw error;
    });
    return this.table;
  }

  private async open(): Promise<JobsTable> {
    this.file = await JobsFile.open(this.options.path);
    return new JobsTable(this.file, randomUUID(), this.options.leaseMs, this.now);
  }

  /** Takes all jobs that may run now. */
  private pump(): void {
    if (!this.running || this.isClosing) return;
    this.isAgain = true;
    this.pumping ??= this.takeAll()
      .catch(this.options.onError)
      .finally(() => {
        this.pumping = undefined;
        if (this.isAgain) this.pump();
      });
  }

  private async takeAll(): Promise<void> {
    while (this.isAgain && !this.isClosing) {
      this.isAgain = false;
      if (!this.isThere) return;
      const table = await this.opened();
      await this.lookAfter(table, this.running!);
      const startedAt = this.now();
      let waitMs = Infinity;
      for (const kind of this.kinds.values()) waitMs = Math.min(waitMs, await this.takeOf(table, kind));
      const at = table.nextRunAfter(startedAt);
      this.planNext(Math.min(waitMs, at === undefined ? Infinity : at - this.now()));
    }
  }

  /** Takes the jobs of a kind. @returns for how long its rate allows no more, in milliseconds */
  private async takeOf(table: JobsTable, kind: JobKindSettings): Promise<number> {
    for (let free = kind.concurrency; free > 0 && !this.isClosing; free -= 1) {
      const taken = await table.take(kind);
      if (!taken) return Infinity;
      if ('waitMs' in taken) return taken.waitMs;
      this.running!.begin(table, kind, taken, () => this.pump());
    }
    return Infinity;
  }

  /** Once in a poll interval: what other processes have left, cancelled or made old. */
  private async lookAfter(table: JobsTable, running: RunningJobs): Promise<void> {
    const at = performance.now();
    if (at - this.lastPolled < this.pollMs / 2) return;
    this.lastPolled = at;
    running.interrupt(table.cancelledHere(), 'cancelled');
    await running.renew(table);
    for (const job of await table.recover()) this.changed(job);
    if (at - this.lastPruned < PRUNE_MS) return;
    this.lastPruned = at;
    await table.prune(this.now() - this.options.keepMs);
  }

  private planNext(inMs: number): void {
    clearTimeout(this.next);
    if (inMs < this.pollMs) this.next = setTimeout(() => this.pump(), Math.max(0, inMs)).unref();
  }
}

function asUnavailable(error: unknown): never {
  throw error instanceof GatewayError ? error : unavailable(error);
}
