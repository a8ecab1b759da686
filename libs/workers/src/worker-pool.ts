import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { GatewayError } from '#libs/errors';
import type { Piscina } from 'piscina';
import type { TaskCall } from './run-task.worker.ts';
import { type TaskAnswer, workerTask, type WorkerTask } from './task.ts';
import { WorkerFailure } from './worker-failure.ts';

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

interface Waiting {
  start(): void;
}

const IDLE_MS = 10_000;
const RUN_TASK = fileURLToPath(workerTask(import.meta.url, './run-task.worker', 'default').file);

/**
 * A bounded pool of threads for work that would block the event loop. Each thread runs one task at a time. A thread that
 * crashes, times out or is aborted is ended and replaced, and other tasks are not affected. Threads start when there is work,
 * and get an empty environment, so that no secret is in them.
 */
export class WorkerPool {
  readonly threads: number;
  readonly maxQueued: number;
  private readonly options: WorkerPoolOptions;
  private pool: Promise<Piscina> | undefined;
  private readonly listeners: ((end: TaskEnd) => void)[] = [];
  /** Piscina's own queue counts no task that has a signal, and is stuck once the only thread has crashed. */
  private readonly waiting = new Set<Waiting>();
  private readonly closing = new AbortController();
  private active = 0;

  constructor(options: WorkerPoolOptions = {}) {
    this.options = options;
    this.threads = options.threads ?? Math.max(1, availableParallelism() - 1);
    this.maxQueued = options.maxQueued ?? 100;
  }

  /** The number of tasks that have a thread. */
  get running(): number {
    return this.active;
  }

  /** The number of tasks that wait for a thread. */
  get queued(): number {
    return this.waiting.size;
  }

  /** Calls a listener for each task that ends, refused ones included. */
  watch(listener: (end: TaskEnd) => void): void {
    this.listeners.push(listener);
  }

  /**
   * Runs a task in a thread.
   * @param given the input, or what makes it once there is a thread, so that tasks that wait hold no copies
   * @throws {GatewayError} OVERLOADED if too many tasks wait, no thread is free in time, or the pool is closed; what the task has refused its
   *   input with
   * @throws {WorkerFailure} if the task has a thread and does not answer in time, or the thread crashes
   */
  async run<Input, Output>(
    task: WorkerTask<Input, Output>,
    given: TaskInput<Input> | (() => TaskInput<Input>),
    options: RunOptions,
  ): Promise<Output> {
    const calledAt = performance.now();
    let startedAt: number | undefined;
    const end = (outcome: TaskOutcome): void => {
      const now = performance.now();
      const queuedMs = (startedAt ?? now) - calledAt;
      const ended = { task: task.name, outcome, queuedMs, runMs: startedAt ? now - startedAt : 0 };
      for (const listener of this.listeners) listener(ended);
    };
    const late = AbortSignal.timeout(options.timeoutMs);
    const signal = AbortSignal.any([late, this.closing.signal, ...(options.signal ? [options.signal] : [])]);
    try {
      await this.aThread(signal);
    } catch (error) {
      const [outcome, failure] = this.ending(task, late, options.signal);
      const isFull = error === FULL || outcome === 'timeout';
      end(isFull ? 'overloaded' : outcome);
      throw isFull ? overloaded() : failure;
    }
    startedAt = performance.now();
    try {
      const answer = await this.answer(task, typeof given === 'function' ? given() : given, signal);
      end('value' in answer ? 'done' : 'refused');
      if ('value' in answer) return answer.value;
      throw new GatewayError(answer.refused.code, answer.refused);
    } catch (error) {
      if (error instanceof GatewayError) throw error;
      const crash = new WorkerFailure('crash', `The task ${task.name} failed`, error);
      const [outcome, failure] = signal.aborted
        ? this.ending(task, late, options.signal)
        : (['crash', crash] as const);
      end(outcome);
      throw failure;
    } finally {
      this.active -= 1;
      const [next] = this.waiting;
      next?.start();
    }
  }

  /** Ends all threads. Tasks reject; later ones too. */
  async close(): Promise<void> {
    this.closing.abort();
    await (await this.pool)?.destroy();
  }

  /** Waits until there is a thread, first come first served. */
  private aThread(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason as Error);
      const start = (): void => {
        this.active += 1;
        resolve();
      };
      if (this.active < this.threads) return start();
      if (this.waiting.size >= this.maxQueued) return reject(FULL as never);
      const abort = (): void => {
        this.waiting.delete(turn);
        reject(signal.reason as Error);
      };
      const turn: Waiting = {
        start: () => {
          signal.removeEventListener('abort', abort);
          this.waiting.delete(turn);
          start();
        },
      };
      signal.addEventListener('abort', abort, { once: true });
      this.waiting.add(turn);
    });
  }

  private async answer<Input, Output>(
    { file, name }: WorkerTask<Input, Output>,
    { input, transfer = [] }: TaskInput<Input>,
    signal: AbortSignal,
  ): Promise<TaskAnswer<Output>> {
    const pool = await (this.pool ??= this.open());
    const transferList = [...transfer] as never;
    return pool.run({ file, name, input } satisfies TaskCall, { signal, transferList });
  }

  /** Loads the library once there is work for it. */
  private async open(): Promise<Piscina> {
    const { maxMegabytes = 256, idleMs = IDLE_MS } = this.options;
    const { Piscina: Pool } = await import('piscina');
    const pool = new Pool({
      filename: RUN_TASK,
      minThreads: 0,
      maxThreads: this.threads,
      concurrentTasksPerWorker: 1,
      idleTimeout: idleMs,
      env: {} as never,
      resourceLimits: { maxOldGenerationSizeMb: maxMegabytes },
      recordTiming: false,
      // A thread that waits by atomics does nothing else, while libraries may still have work to end.
      atomics: 'disabled',
    });
    // A thread without a task has failed: the next task gets another.
    pool.on('error', () => {});
    return pool;
  }

  /** Why a task was ended from here. */
  private ending(
    { name }: WorkerTask<never, unknown>,
    late: AbortSignal,
    signal?: AbortSignal,
  ): [outcome: TaskOutcome, failure: unknown] {
    if (signal?.aborted) return ['aborted', signal.reason];
    if (late.aborted) return ['timeout', new WorkerFailure('timeout', `The task ${name} took too long`)];
    const cause = `the pool of ${name} is closed`;
    return ['closed', new GatewayError('OVERLOADED', { source: 'draining', cause })];
  }
}

/** What a task is refused with that finds the queue full; a signal may abort with any error. */
const FULL = Symbol('full');

const overloaded = (): GatewayError =>
  new GatewayError('OVERLOADED', { source: 'worker-pool', detail: 'Too much work waits for a thread.' });
