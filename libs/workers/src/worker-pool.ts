import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { GatewayError } from '#libs/errors';
import type { Piscina } from 'piscina';
import type { TaskCall } from './run-task.worker.ts';
import { type TaskAnswer, workerTask, type WorkerTask } from './task.ts';
import type { RunOptions, TaskEnd, TaskInput, TaskOutcome, WorkerPoolOptions } from './run-options.ts';
import { FULL, ThreadSlots } from './thread-slots.ts';
import { WorkerFailure } from './worker-failure.ts';

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
  private readonly slots: ThreadSlots;
  private readonly closing = new AbortController();

  constructor(options: WorkerPoolOptions = {}) {
    this.options = options;
    this.threads = options.threads ?? Math.max(1, availableParallelism() - 1);
    this.maxQueued = options.maxQueued ?? 100;
    this.slots = new ThreadSlots(this.threads, this.maxQueued);
  }

  /** The number of tasks that have a thread. */
  get running(): number {
    return this.slots.taken;
  }

  /** The number of tasks that wait for a thread. */
  get queued(): number {
    return this.slots.queued;
  }

  /** Calls a listener for each task that ends, refused ones included. */
  watch(listener: (end: TaskEnd) => void): void {
    this.listeners.push(listener);
  }

  /**
   * Runs a task in a thread.
   * @param given the input, or what makes it once there is a thread, so that tasks that wait hold no copies
   * @throws {GatewayError} OVERLOADED if too many tasks wait, no thread is free in time, or the pool is closed; what the
   *   task has refused its input with
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
      await this.slots.acquire(signal);
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
      this.slots.release();
    }
  }

  /** Ends all threads. Tasks reject; later ones too. */
  async close(): Promise<void> {
    this.closing.abort();
    await (await this.pool)?.destroy();
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

const overloaded = (): GatewayError =>
  new GatewayError('OVERLOADED', { source: 'worker-pool', detail: 'Too much work waits for a thread.' });
