import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as passed } from 'node:timers/promises';
import { MemoryLimit } from './memory-limit.ts';
import { isWorker, WORKER_OF, WORKER_REASON, type WorkerReason } from './parent.ts';
import { assertPortFree } from './port-in-use.ts';
import { type Running, STOP_MS } from './run-process.ts';
import { beginServing } from './serving.ts';
import { StartError } from './start-error.ts';
import { rescueStrandedConnections } from './stranded-connections.ts';
import { collectLoads } from './worker-loads.ts';
import { relayQueries } from './worker-streams.ts';

const FIRST_DELAY_MS = 100;
const MAX_DELAY_MS = 30_000;
/** A worker that has lived this long resets the backoff, in milliseconds. */
const WELL_MS = 60_000;
const MAX_START_MS = 30_000;
/** A worker that has not ended so long after it should have ended by itself hangs, in milliseconds. */
const HANGS_AFTER_MS = 1_000;

/** The log of worker starts and ends. */
export interface WorkersLog {
  info(line: object, message: string): void;
  warn(line: object, message: string): void;
  fatal(line: object, message: string): void;
}

/** How workers are run. */
export interface WorkersOptions {
  /** Workers that report a greater resident memory are replaced; 0 for no limit. */
  memoryBytes?: number;
  /** How long a worker takes connections after it was asked to stop, in milliseconds. */
  drainMs?: number;
  /** What each worker listens on, as for `assertPortFree`: it is checked before the first one, and so reported once. */
  addresses?: readonly Parameters<typeof assertPortFree>[];
  /** Aborts with the first request to stop. Workers are then stopped, also starting ones. */
  stopping?: AbortSignal;
}

/**
 * Runs this program in `count` worker processes that share its ports. A worker that ends by itself is restarted with
 * exponential backoff. SIGUSR2 replaces them one by one: each is stopped when its successor takes requests. So is one with too
 * much memory.
 * @throws {ListenError} if they could not listen
 * @throws {StartError} if one does not start at first; it has reported the reason itself
 */
export async function startWorkers(
  count: number,
  log: WorkersLog,
  { memoryBytes = 0, drainMs = 0, addresses = [], stopping }: WorkersOptions = {},
): Promise<Running> {
  for (const address of addresses) await assertPortFree(...address);
  beginServing();
  rescueStrandedConnections();
  const stopMs = drainMs + STOP_MS + HANGS_AFTER_MS;
  const workers = new Workers(count, log, stopMs);
  const limit = new MemoryLimit<Worker>(memoryBytes || Infinity, (worker, residentBytes) =>
    workers.replaceLarge(worker, { residentBytes, memoryBytes }),
  );
  relayQueries();
  collectLoads((worker, { residentBytes, startedAt }) =>
    limit.report(worker, residentBytes, Date.now() - startedAt),
  );
  // One that hangs does not notice the end of this process.
  process.once('exit', () => workers.kill());
  const restart = () => void workers.replaceAll();
  process.on('SIGUSR2', restart);
  stopping?.addEventListener('abort', () => void workers.stop().catch(() => {}));
  try {
    await Promise.all(Array.from({ length: count }, () => workers.start('start')));
    log.info({ workers: count }, 'workers started');
  } catch (error) {
    // A stop that ended the start waits for the workers itself, for as long as they may take.
    if (!stopping?.aborted) {
      await workers.stop().catch(() => {});
      throw error;
    }
  }
  return {
    // SIGUSR2 is listened to until the end: by default it would end this process, and not its workers.
    stop: () => workers.stop(),
    stopMs: stopMs + HANGS_AFTER_MS,
    fatal: (error, message) => log.fatal({ err: error }, message),
    warn: (message) => log.warn({}, message),
  };
}

// A terminal or a script may send them to all; they are for the process that started the workers.
if (isWorker) for (const signal of ['SIGHUP', 'SIGUSR2'] as const) process.on(signal, () => {});

class Workers {
  /** Workers that are starting or ready, without those being replaced. */
  private readonly kept = new Set<Worker>();
  private isStopping = false;
  private crashes = 0;
  private replacing: Promise<void> = Promise.resolve();
  private readonly count: number;
  private readonly log: WorkersLog;
  private readonly stopMs: number;
  private stopped: Promise<void> | undefined;

  /** @param stopMs a worker that takes longer to stop hangs */
  constructor(count: number, log: WorkersLog, stopMs: number) {
    this.count = count;
    this.log = log;
    this.stopMs = stopMs;
  }

  /**
   * Starts a worker, and restarts it whenever it ends by itself.
   * @throws {Error} if it ends before it is ready
   */
  async start(reason: WorkerReason): Promise<void> {
    const worker = cluster.fork({ [WORKER_OF]: `${process.pid}`, [WORKER_REASON]: reason });
    this.kept.add(worker);
    const exit = once(worker, 'exit');
    void exit.then(() => this.kept.delete(worker));
    const { pid } = worker.process;
    const late = new AbortController();
    try {
      const ended = await Promise.race([
        isReady(worker),
        exit.then(() => 'ended before it was ready'),
        passed(MAX_START_MS, 'was not ready in time', { signal: late.signal, ref: false }),
      ]);
      if (ended) throw new StartError(`worker ${pid} ${ended}`);
    } catch (error) {
      this.kept.delete(worker);
      worker.process.kill('SIGKILL');
      throw error;
    } finally {
      late.abort();
    }
    this.log.info({ worker: pid }, 'worker started');
    const startedAt = performance.now();
    void exit.then(([exitCode, signal]) => {
      if (this.kept.size >= this.count || this.isStopping) return;
      this.crashes = performance.now() - startedAt > WELL_MS ? 1 : this.crashes + 1;
      void this.startAnother({ worker: pid, exitCode, signal });
    });
  }

  /** Replaces all workers one by one. If a new one does not start, the old ones stay. */
  replaceAll(): Promise<void> {
    this.replacing = this.replacing.then(async () => {
      this.log.info({ workers: this.kept.size }, 'replacing the workers');
      for (const old of Array.from(this.kept)) if (!(await this.replace(old, 'restart'))) return;
      this.log.info({ workers: this.kept.size }, 'workers replaced');
    });
    return this.replacing;
  }

  /** Replaces a worker that uses too much memory, after a restart of all that is under way. */
  replaceLarge(worker: Worker, memory: object): Promise<void> {
    this.replacing = this.replacing.then(async () => {
      if (!this.kept.has(worker)) return;
      this.log.warn({ worker: worker.process.pid, ...memory }, 'a worker uses too much memory: replacing it');
      await this.replace(worker, 'memory');
    });
    return this.replacing;
  }

  /** Replaces a worker, which is stopped when its successor takes requests. @returns false if none may start, or does */
  private async replace(old: Worker, reason: WorkerReason): Promise<boolean> {
    if (this.isStopping) return false;
    // It has ended in the meantime, and has a successor.
    if (!this.kept.delete(old)) return true;
    try {
      await this.start(reason);
    } catch (error) {
      if (!old.isDead()) this.kept.add(old);
      else void this.startAnother({ worker: old.process.pid });
      this.log.warn({ err: error }, 'the workers are not replaced: a new one does not start');
      return false;
    }
    await this.end(old);
    return true;
  }

  /** Stops all workers, including starting ones, and waits for them. @throws {Error} if one was cut off */
  stop(): Promise<void> {
    this.isStopping = true;
    return (this.stopped ??= this.endAll());
  }

  private async endAll(): Promise<void> {
    const ends = await Promise.all(Object.values(cluster.workers!).map((worker) => this.end(worker!)));
    if (ends.includes(false)) throw new Error('the work of a worker was cut off');
  }

  /** Stops a worker, and waits until it has ended. @returns whether it ended by itself, with all its work done */
  private async end(worker: Worker): Promise<boolean> {
    if (worker.isDead()) return true;
    const exited = once(worker, 'exit') as Promise<[exitCode: number | null, signal: string | null]>;
    const tooLong = setTimeout(() => worker.process.kill('SIGKILL'), this.stopMs);
    worker.process.kill('SIGTERM');
    const [exitCode, signal] = await exited;
    clearTimeout(tooLong);
    // By SIGTERM ends one that has not begun to start.
    if (exitCode === 0 || signal === 'SIGTERM') return true;
    this.log.warn({ worker: worker.process.pid, exitCode, signal }, 'a worker did not stop cleanly');
    return false;
  }

  kill(): void {
    for (const worker of Object.values(cluster.workers!)) worker!.process.kill('SIGKILL');
  }

  private async startAnother(ended: object): Promise<void> {
    for (;;) {
      const delayMs = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.max(0, this.crashes - 1));
      this.log.warn({ ...ended, delayMs }, 'a worker ended: starting another');
      await passed(delayMs);
      if (this.isStopping) return;
      try {
        return await this.start('crash');
      } catch {
        this.crashes += 1;
      }
    }
  }
}

function isReady(worker: Worker): Promise<undefined> {
  return new Promise((resolve) => {
    const listen = (message: unknown) => {
      if (typeof message !== 'object' || message === null || !('ready' in message)) return;
      worker.off('message', listen);
      resolve(undefined);
    };
    worker.on('message', listen);
  });
}
