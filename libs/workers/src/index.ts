export { type Refused, type Task, type TaskAnswer, type WorkerTask, workerTask } from './task.ts';
export { type FailureReason, WorkerFailure } from './worker-failure.ts';
export {
  type RunOptions,
  type TaskEnd,
  type TaskInput,
  type TaskOutcome,
  WorkerPool,
  type WorkerPoolOptions,
} from './worker-pool.ts';
