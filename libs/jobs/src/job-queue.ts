import { randomUUID } from 'node:crypto';
import { setTimeout as passed } from 'node:timers/promises';
import { GatewayError } from '#libs/errors';
import { type JobKindSettings } from './job-kind.ts';
import { DEFAULT_PRIORITY, isEnded, type JobOptions, type JobRecord, type JobState, type RunJob } from './job.ts';

/** Which jobs to list, newest first. */
export interface JobFilter {
  kind?: string | undefined;
  state?: JobState | undefined;
  owner?: string | undefined;
  /** The id of the job to continue after, with an owner: those older than it. */
  after?: string | undefined;
  /** 1 to 101: a page, and whether there is another. */
  limit: number;
}

/** The jobs of one kind. */
export interface JobCounts {
  kind: string;
  waiting: number;
  running: number;
  /** Jobs in the dead letter. */
  failed: number;
  /** When the newest completed one ended, in milliseconds since the epoch; undefined if none is known. */
  lastCompletedAt?: number | undefined;
}

/** A job that was added, or was there already. */
export interface AddedJob {
  job: JobRecord;
  isNew: boolean;
}

/** Called with a job of this process whenever it has changed. Must not throw. */
export type JobListener = (job: JobRecord) => void;

/** The settings of a queue that do not depend on where it is kept. */
export interface QueueOptions {
  /** A job whose process does not renew its lease for this long is run again, in milliseconds. */
  leaseMs: number;
  /** For how long jobs are kept after their end, in milliseconds. */
  keepMs: number;
  /** Called with what fails in the background. */
  onError(error: unknown): void;
}

/** The greatest input of a job, in characters of JSON. */
const MAX_JSON = 65_536;
/** The greatest result of a job, in characters of JSON: a thousand lines of what went wrong. */
export const MAX_RESULT = 262_144;

/** After what time a client may try again to add a job, in milliseconds: with too many jobs, or without a queue. */
const [RETRY_AFTER_MS, UNAVAILABLE_RETRY_MS] = [30_000, 2_000];

/** How often jobs that are to be deleted are read until they have stopped, in milliseconds. */
const STOPPING_MS = 50;

const ID = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * A durable queue of jobs, shared by the processes of a gateway. Every added job is run at least once, until it completes, is
 * cancelled, or has failed as often as its kind allows; then it is kept in the dead letter and can be replayed. A job may run
 * twice, for example when its process stood still: its effects must be idempotent, and its id is the key for that. Only one run
 * of a job decides its outcome.
 */
export abstract class JobQueue {
  private readonly listeners = new Set<JobListener>();
  protected readonly kinds: ReadonlyMap<string, JobKindSettings>;

  constructor(kinds: Iterable<JobKindSettings>) {
    this.kinds = new Map([...kinds].map((kind) => [kind.name, kind]));
  }

  /**
   * Adds a job. With an id that is known it changes nothing, and returns the job that has the id.
   * @throws {GatewayError} OVERLOADED if too many of its kind wait; PAYLOAD_TOO_LARGE for an input over 64 kB
   */
  async add(kind: string, input: unknown, options: JobOptions): Promise<AddedJob> {
    const settings = this.kindOf(kind);
    const id = options.id ?? randomUUID();
    if (!ID.test(id)) throw new TypeError(`${id} is not a valid job id.`);
    const { priority = DEFAULT_PRIORITY } = options;
    if (!Number.isInteger(priority) || priority < 0 || priority > 9) throw new TypeError('A priority is 0 to 9.');
    const json = jsonOf(input);
    if (json.length > MAX_JSON)
      throw new GatewayError('PAYLOAD_TOO_LARGE', { detail: 'The job has too much input.' });
    const added = await this.insert(settings, {
      id,
      json,
      owner: options.owner,
      priority,
      delayMs: Math.max(0, Math.round(options.delayMs ?? 0)),
      origin: JSON.stringify(options.origin ?? {}),
    });
    if (added.isNew) this.changed(added.job);
    return added;
  }

  /** A job; undefined if it is unknown, or ended too long ago. */
  abstract find(id: string): Promise<JobRecord | undefined>;

  /**
   * Cancels a job: one that waits at once, one that runs by its signal. One that has ended stays as it is.
   * @returns the job; undefined if it is unknown
   */
  abstract cancel(id: string): Promise<JobRecord | undefined>;

  /**
   * Runs a failed or cancelled job again, with all its attempts. Another one stays as it is.
   * @returns the job, which may run by then; undefined if it is unknown
   */
  abstract replay(id: string): Promise<JobRecord | undefined>;

  /** Deletes a job that has ended. @returns whether there was one */
  abstract remove(id: string): Promise<boolean>;

  /** Jobs, newest first; of an owner, all that are kept. */
  abstract list(filter: JobFilter): Promise<JobRecord[]>;

  /** How many jobs of each kind there are. */
  abstract counts(): Promise<JobCounts[]>;

  /** Begins to run jobs in this process. */
  abstract start(run: RunJob): void;

  /**
   * Takes no more jobs, and waits for those that run; after `graceMs` they are interrupted and wait again, with no attempt
   * counted.
   */
  abstract close(graceMs: number): Promise<void>;

  /**
   * Deletes all jobs of an owner. Those that wait and run are cancelled first.
   * @param graceMs how long it waits for those that run
   * @returns their number
   * @throws {GatewayError} OVERLOADED if one has not stopped by then; it can be repeated
   */
  async removeAll(owner: string, graceMs: number): Promise<number> {
    let count = 0;
    for (const until = performance.now() + graceMs; ;) {
      const jobs = await this.list({ owner, limit: 100 });
      if (!jobs.length) return count;
      const before = count;
      for (const { id, state } of jobs) {
        if (!isEnded(state)) await this.cancel(id);
        if (await this.remove(id)) count += 1;
      }
      if (count > before) continue;
      if (performance.now() > until) throw unavailable(new Error(`${jobs.length} jobs have not stopped`));
      await passed(STOPPING_MS);
    }
  }

  /** Calls `listener` with every job that this process adds, runs, cancels or replays, at each change. @returns removes it */
  onChange(listener: JobListener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  protected abstract insert(kind: JobKindSettings, job: NewJob): Promise<AddedJob>;

  protected changed(job: JobRecord): void {
    for (const listener of this.listeners) listener(job);
  }

  protected kindOf(name: string): JobKindSettings {
    const kind = this.kinds.get(name);
    if (!kind) throw new TypeError(`There is no job kind ${name}.`);
    return kind;
  }
}

/** A job to insert. */
export interface NewJob {
  id: string;
  owner: string;
  /** Its input, as JSON. */
  json: string;
  priority: number;
  delayMs: number;
  origin: string;
}

/** JSON of a value; of undefined, `null`. */
export const jsonOf = (value: unknown): string => JSON.stringify(value) ?? 'null';

/** The error for a place of jobs that cannot be used. @param cause for the log */
export const unavailable = (cause: unknown): GatewayError =>
  new GatewayError('OVERLOADED', {
    source: 'jobs-unavailable',
    detail: 'The queue of jobs cannot be used.',
    retryAfterMs: UNAVAILABLE_RETRY_MS,
    cause,
  });

/** The error for a kind with too many waiting jobs. */
export const tooManyWaiting = (): GatewayError =>
  new GatewayError('OVERLOADED', {
    source: 'jobs',
    detail: 'Too many jobs of this kind wait.',
    retryAfterMs: RETRY_AFTER_MS,
  });
