export { Interrupted, type Interruption } from './interrupted.ts';
export { jobKind, type JobKindSettings } from './job-kind.ts';
export {
  type AddedJob,
  type JobCounts,
  type JobFilter,
  type JobListener,
  JobQueue,
  type QueueOptions,
} from './job-queue.ts';
export {
  isEnded,
  JOB_STATES,
  type JobFailure,
  type JobOptions,
  type JobProgress,
  type JobRecord,
  type JobState,
  type RunJob,
  type RunningJob,
} from './job.ts';
export { type BullmqOptions, JobQueueBullmq } from './job-queue.bullmq.ts';
export { JobQueueSqlite, type SqliteQueueOptions } from './job-queue.sqlite.ts';
