import type { Job } from 'bullmq';
import { STALLED } from './attempt.ts';
import { type JobFailure, type JobProgress, type JobRecord, type JobState } from './job.ts';

/** What a job has in BullMQ beside its options. */
export interface BullmqData {
  owner: string;
  /** Its input and its origin, as JSON. */
  input: string;
  origin: string;
  /** The same for the job that was added and the one that is kept, unless another one has the id. */
  nonce: string;
  /** When it was cancelled, in milliseconds since the epoch. */
  cancelledAt?: number;
  /** Whether it waited then: a worker takes it only to end it. */
  isDiscarded?: boolean;
}

/** A job as BullMQ gives it. Its result is JSON; null for one that was cancelled before it ran. */
export type BullmqJob = Job<BullmqData, string | null>;

/** The states of BullMQ in which a job waits. */
export const WAITING_STATES = ['waiting', 'prioritized', 'delayed'] as const;

/** The number of the attempt that a job is in, or had last. */
export const attemptOf = ({ attemptsMade, stalledCounter }: BullmqJob, isActive: boolean): number =>
  attemptsMade + stalledCounter + (isActive ? 1 : 0);

/** Whether a worker has taken a job only to end it. */
export const isDiscarded = ({ data, finishedOn }: BullmqJob): boolean =>
  data.isDiscarded === true && finishedOn !== undefined;

/** Converts a job. @param state BullMQ's word for it */
export function recordOf(job: BullmqJob, state: string, kind: string, maxAttempts: number): JobRecord {
  const { data, timestamp, processedOn } = job;
  const ours = stateOf(job, state);
  const isDelayedAgain = state === 'delayed' && job.attemptsMade > 0;
  const isOver = ours === 'COMPLETED' || ours === 'FAILED' || ours === 'CANCELLED';
  const progress = job.progress as Partial<JobProgress>;
  return {
    id: job.id!,
    kind,
    owner: data.owner,
    state: ours,
    priority: (job.opts.priority ?? 1) - 1,
    input: JSON.parse(data.input) as unknown,
    origin: JSON.parse(data.origin) as Record<string, unknown>,
    attempt: Math.min(maxAttempts, attemptOf(job, ours === 'RUNNING') - (isDiscarded(job) ? 1 : 0)),
    maxAttempts,
    progress: progress?.done === undefined ? undefined : { done: progress.done, total: progress.total },
    isCancelling: ours === 'RUNNING' && data.cancelledAt !== undefined,
    result: ours === 'COMPLETED' ? (JSON.parse(job.returnvalue ?? 'null') as unknown) : undefined,
    failure: job.failedReason && ours !== 'COMPLETED' ? failureOf(job.failedReason) : undefined,
    createdAt: timestamp,
    runAt: (isDelayedAgain ? (processedOn ?? timestamp) : timestamp) + (job.delay ?? 0),
    startedAt: processedOn,
    endedAt: isOver ? endOf(job) : undefined,
  };
}

/** A job that waited when it was cancelled ended then, whenever a worker takes it. */
const endOf = ({ data: { isDiscarded: hasWaited, cancelledAt }, finishedOn }: BullmqJob): number | undefined =>
  hasWaited ? cancelledAt : (finishedOn ?? cancelledAt);

function stateOf(
  { data: { cancelledAt, isDiscarded: hasWaited }, returnvalue }: BullmqJob,
  state: string,
): JobState {
  if (state === 'active') return hasWaited ? 'CANCELLED' : 'RUNNING';
  if (state === 'completed') return returnvalue === null ? 'CANCELLED' : 'COMPLETED';
  if (cancelledAt !== undefined) return 'CANCELLED';
  return state === 'failed' ? 'FAILED' : 'WAITING';
}

/** The reason of a failure that we gave, or BullMQ's own. */
function failureOf(reason: string): JobFailure {
  if (!reason.startsWith('{')) return STALLED;
  return JSON.parse(reason) as JobFailure;
}
