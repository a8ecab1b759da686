import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as passed } from 'node:timers/promises';
import type { Running } from './run-process.ts';

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 30_000;
/** A worker that has lived so long was well: what ends it then is a first crash. */
const WELL_MS = 60_000;
const LONGEST_START_MS = 30_000;

/** What the life of workers is told to. */
export interface WorkersLog {
  info(line: object, message: string): void;
  warn(line: object, message: string): void;
  fatal(line: object, message: string): void;
}

/**
 * Runs this program in `count` processes that share its ports. One that ends by itself is started again, later each time
 * (exponential backoff). SIGHUP replaces them one by one: the next ends when its successor takes requests.
 * @throws {Error} where one does not start at first; it has told why itself
 */
export async function startWorkers(count: number, log: WorkersLog): Promise<Running> {
  const workers = new Workers(log);
  const restart = () => void workers.replaceAll();
  process.on('SIGHUP', restart);
  try {
    await Promise.all(Array.from({ length: count }, () => workers.start()));
  } catch (error) {
    await workers.stop();
    throw error;
  }
  log.info({ workers: count }, 'workers started');
  return {
    stop: async () => {
      process.off('SIGHUP', restart);
      await workers.stop();
    },
    fatal: (error, message) => log.fatal({ err: error }, message),
  };
}

/** True in a process that `startWorkers` has started. */
export const { isWorker } = cluster;

// A terminal sends it to all; it is for the one that started them.
if (isWorker) process.on('SIGHUP', () => {});

class Workers {
  private readonly running = new Map<Worker, { startedAt: number }>();
  private isStopping = false;
  private crashes = 0;
  private replacing: Promise<void> = Promise.resolve();
  private readonly log: WorkersLog;

  constructor(log: WorkersLog) {
    this.log = log;
  }

  /** Starts one, and again whenever it ends by itself. @throws {Error} where it ends before it is ready */
  async start(): Promise<Worker> {
    const worker = cluster.fork();
    const exited = once(worker, 'exit').then(() => {
      throw new Error(`worker ${worker.process.pid} ended before it was ready`);
    });
    const late = new AbortController();
    const tooLong = passed(LONGEST_START_MS, undefined, { signal: late.signal, ref: false }).then(() => {
      throw new Error(`worker ${worker.process.pid} was not ready in time`);
    });
    try {
      await Promise.race([isReady(worker), exited, tooLong]);
    } catch (error) {
      worker.process.kill('SIGKILL');
      throw error;
    } finally {
      late.abort();
      exited.catch(() => undefined);
      tooLong.catch(() => undefined);
    }
    this.running.set(worker, { startedAt: performance.now() });
    this.log.info({ worker: worker.process.pid }, 'worker started');
    worker.once('exit', (code, signal) => void this.ended(worker, code, signal));
    return worker;
  }

  /** Replaces each, one after the other. Where a new one does not start, the old ones stay. */
  replaceAll(): Promise<void> {
    this.replacing = this.replacing.then(async () => {
      this.log.info({ workers: this.running.size }, 'replacing the workers');
      for (const old of [...this.running.keys()]) {
        if (this.isStopping) return;
        try {
          await this.start();
        } catch (error) {
          this.log.warn({ err: error }, 'the workers are not replaced: a new one does not start');
          return;
        }
        await this.end(old);
      }
      this.log.info({ workers: this.running.size }, 'workers replaced');
    });
    return this.replacing;
  }

  /** Ends all, and waits for them. */
  async stop(): Promise<void> {
    this.isStopping = true;
    await Promise.all([...this.running.keys()].map((worker) => this.end(worker)));
  }

  /** Asks one to end, and waits until it has. It is not started again. */
  private async end(worker: Worker): Promise<void> {
    this.running.delete(worker);
    if (worker.isDead()) return;
    const exited = once(worker, 'exit');
    worker.process.kill('SIGTERM');
    await exited;
  }

  private async ended(worker: Worker, exitCode: number | null, signal: string | null): Promise<void> {
    const known = this.running.get(worker);
    this.running.delete(worker);
    if (!known || this.isStopping) return;
    this.crashes = performance.now() - known.startedAt > WELL_MS ? 1 : this.crashes + 1;
    for (;;) {
      const delayMs = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (this.crashes - 1));
      this.log.warn({ worker: worker.process.pid, exitCode, signal, delayMs }, 'a worker ended: starting another');
      await passed(delayMs);
      if (this.isStopping) return;
      const started = await this.start().catch(() => undefined);
      if (started) return;
      this.crashes += 1;
    }
  }
}

function isReady(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    const listen = (message: unknown) => {
      if (typeof message !== 'object' || message === null || !('ready' in message)) return;
      worker.off('message', listen);
      resolve();
    };
    worker.on('message', listen);
  });
}
