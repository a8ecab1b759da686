/** How a task ended. */
export type TaskOutcome = 'done' | 'refused' | 'timeout' | 'crash' | 'aborted' | 'overloaded' | 'closed';

/** A task that has ended. */
export interface TaskEnd {
  task: string;
  outcome: TaskOutcome;
  /** How long it waited for a thread, in milliseconds. */
  queuedMs: number;
  /** How long it had a thread, in milliseconds; 0 if it never had one. */
  runMs: number;
}

/** The settings of a pool. */
export interface WorkerPoolOptions {
  /** The most threads; by default one less than there are cores, and at least one. */
  threads?: number;
  /** The most tasks that wait for a thread. */
  maxQueued?: number;
  /** The memory of a thread's JavaScript objects, in megabytes: a thread that exceeds it ends. Buffers do not count. */
  maxMegabytes?: number;
  /** How long a thread without tasks is kept, in milliseconds. */
  idleMs?: number;
}

/** The options of one run. */
export interface RunOptions {
  /** Ends the task, and its thread if it has one; the promise rejects with its reason. */
  signal?: AbortSignal;
  /** How long it may take from the call, waiting included, in milliseconds. */
  timeoutMs: number;
}

/** The input of a task. */
export interface TaskInput<Input> {
  input: Input;
  /** Memory of the input that goes over to the thread instead of being copied: it is empty here afterwards. */
  transfer?: readonly ArrayBuffer[];
}
