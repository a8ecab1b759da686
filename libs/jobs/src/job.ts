/** The states of a job. A waiting job may be delayed; a failed one is in the dead letter. */
export const JOB_STATES = ['WAITING', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED'] as const;

/** The state of a job. */
export type JobState = (typeof JOB_STATES)[number];

/** Whether a job in this state is never run again by itself. */
export const isEnded = (state: JobState): boolean => state !== 'WAITING' && state !== 'RUNNING';

/** How many steps of a job are done. */
export interface JobProgress {
  done: number;
  /** The number of all steps; undefined while it is unknown. */
  total?: number | undefined;
}

/** Why the last attempt of a job failed. */
export interface JobFailure {
  /** A code of the catalogue of errors. */
  code: string;
  /** A sentence that the owner of the job may read; undefined if there is none. */
  detail?: string | undefined;
}

/** What is known of a job. Times are in milliseconds since the epoch. */
export interface JobRecord<Input = unknown, Result = unknown> {
  /** 1 to 64 of `[A-Za-z0-9_-]`. */
  readonly id: string;
  readonly kind: string;
  /** The id of the caller that the job is for. */
  readonly owner: string;
  readonly state: JobState;
  /** 0 goes first, 9 last. */
  readonly priority: number;
  readonly input: Input;
  /** What the process that runs it needs to know of the request that added it. */
  readonly origin: Readonly<Record<string, unknown>>;
  /** The number of the latest attempt; 0 before the first. */
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly progress?: JobProgress | undefined;
  /** Whether it was cancelled while it ran, and has not stopped yet. */
  readonly isCancelling: boolean;
  readonly result?: Result | undefined;
  readonly failure?: JobFailure | undefined;
  readonly createdAt: number;
  /** Before this time a waiting job is not run. */
  readonly runAt: number;
  readonly startedAt?: number | undefined;
  readonly endedAt?: number | undefined;
}

/** How a job is added. */
export interface JobOptions {
  /** The owner's id. */
  owner: string;
  /** The id of the job, which makes adding it idempotent; a random one without. */
  id?: string | undefined;
  /** The least time until it is run, in milliseconds. */
  delayMs?: number | undefined;
  /** 0 goes first, 9 last; 5 without. */
  priority?: number | undefined;
  /** Kept with the job, as JSON. */
  origin?: Record<string, unknown> | undefined;
}

/** The priority of a job that names none. */
export const DEFAULT_PRIORITY = 5;

/** A job as its run sees it. */
export interface RunningJob<Input = unknown> {
  readonly id: string;
  readonly owner: string;
  readonly input: Input;
  /** 1 for the first. A job whose process was killed is run again with the next number. */
  readonly attempt: number;
  readonly origin: Readonly<Record<string, unknown>>;
  /**
   * Aborted when the job was cancelled, takes too long, is now run elsewhere, or the process stops. The reason is an `Interrupted`.
   * A run that goes on for a second after it is left alone; its result is lost.
   */
  readonly signal: AbortSignal;
  /** Reports steps; readers of the job see the newest within some 250 ms. Never throws. */
  progress(done: number, total?: number): void;
}

/** Runs one attempt of a job. @returns its result, which must be JSON of at most 256 kB @throws what failed */
export type RunJob = (kind: string, job: RunningJob) => Promise<unknown>;
