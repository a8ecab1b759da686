export type { RunOptions, TaskEnd, TaskInput, TaskOutcome, WorkerPoolOptions } from './run-options.ts';
export { type Refused, type Task, type TaskAnswer, type WorkerTask, workerTask } from './task.ts';
export { type FailureReason, WorkerFailure } from './worker-failure.ts';
export { WorkerPool } from './worker-pool.ts';
