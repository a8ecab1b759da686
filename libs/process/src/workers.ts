import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as passed } from 'node:timers/promises';
import type { Running } from './run-process.ts';
import { rescueStrandedConnections } from './stranded-connections.ts';

const FIRST_DELAY_MS = 100;
const MAX_DELAY_MS = 30_000;
/** A worker that has lived this long resets the backoff, in milliseconds. */
const WELL_MS = 60_000;
const MAX_START_MS = 30_000;
/** The maximum time a worker takes to stop (`runProcess` ends it after ten seconds), in milliseconds; then it hangs. */
const MAX_STOP_MS = 12_000;

/** The log of worker starts and ends. */
export interface WorkersLog {
  info(line: object, message: string): void;
  warn(line: object, message: string): void;
  fatal(line: object, message: string): void;
}

/**
 * Runs this program in `count` worker processes that share its ports. A worker that ends by itself is restarted with
 * exponential backoff. SIGUSR2 replaces them one by one: each is stopped when its successor takes requests.
 * @throws {Error} if one does not start at first; it has reported the reason itself
 */
export async function startWorkers(count: number, log: WorkersLog): Promise<Running> {
  rescueStrandedConnections();
  const workers = new Workers(count, log);
  const restart = () => void workers.replaceAll();
  process.on('SIGUSR2', restart);
  try {
    await Promise.all(Array.from({ length: count }, () => workers.start()));
  } catch (error) {
    await workers.stop();
    throw error;
  }
  log.info({ workers: count }, 'workers started');
  return {
    // SIGUSR2 is listened to until the end: by default it would end this process, and not its workers.
    stop: () => workers.stop(),
    fatal: (error, message) => log.fatal({ err: error }, message),
  };
}

/** True in a process that `startWorkers` has started. */
export const { isWorker } = cluster;

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

  constructor(count: number, log: WorkersLog) {
    this.count = count;
    this.log = log;
  }

  /**
   * Starts a worker, and restarts it whenever it ends by itself.
   * @throws {Error} if it ends before it is ready
   */
  async start(): Promise<void> {
    const worker = cluster.fork();
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
      if (ended) throw new Error(`worker ${pid} ${ended}`);
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
      for (const old of [...this.kept]) {
        if (this.isStopping) return;
        // It has ended in the meantime, and has a successor.
        if (!this.kept.delete(old)) continue;
        try {
          await this.start();
        } catch (error) {
          if (!old.isDead()) this.kept.add(old);
          else void this.startAnother({ worker: old.process.pid });
          this.log.warn({ err: error }, 'the workers are not replaced: a new one does not start');
          return;
        }
        await end(old);
      }
      this.log.info({ workers: this.kept.size }, 'workers replaced');
    });
    return this.replacing;
  }

  /** Stops all workers, including starting ones, and waits for them. */
  async stop(): Promise<void> {
    this.isStopping = true;
    await Promise.all(Object.values(cluster.workers!).map((worker) => end(worker!)));
  }

  private async startAnother(ended: object): Promise<void> {
    for (;;) {
      const delayMs = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.max(0, this.crashes - 1));
      this.log.warn({ ...ended, delayMs }, 'a worker ended: starting another');
      await passed(delayMs);
      if (this.isStopping) return;
      try {
        return await this.start();
      } catch {
        this.crashes += 1;
      }
    }
  }
}

/** Stops a worker, and waits until it has ended. */
async function end(worker: Worker): Promise<void> {
  if (worker.isDead()) return;
  const exited = once(worker, 'exit');
  const tooLong = setTimeout(() => worker.process.kill('SIGKILL'), MAX_STOP_MS);
  worker.process.kill('SIGTERM');
  await exited;
  clearTimeout(tooLong);
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
