import cluster, { type Worker } from 'node:cluster';
import { performance } from 'node:perf_hooks';
import { eventLoop } from './event-loop-monitor.ts';

/** How often a worker reports its load, in milliseconds. */
const REPORT_MS = 1_000;

/** What a worker reports of itself. */
export interface WorkerLoad {
  pid: number;
  /** When it started, in milliseconds since the epoch. */
  startedAt: number;
  /** Its resident memory. */
  residentBytes: number;
  /** The share of time in which its event loop was busy since the last report, from 0 to 1. */
  loopUtilization: number;
  /** The greatest delay of the event loop since the last report. */
  loopDelayMs: number;
  requestsInFlight: number;
  openStreams: number;
}

interface FromWorker {
  load?: WorkerLoad;
}

interface ToWorker {
  loads?: WorkerLoad[];
}

/** The worker's side: reports the load of this process every second, and knows that of all workers. */
export class WorkerLoads {
  private others: readonly WorkerLoad[] = [];
  private readonly loop = eventLoop.reader();
  private last: Pick<WorkerLoad, 'loopUtilization' | 'loopDelayMs'> = { loopUtilization: 0, loopDelayMs: 0 };
  private readonly reporting = setInterval(() => this.report(), REPORT_MS).unref();
  private readonly read: () => Pick<WorkerLoad, 'requestsInFlight' | 'openStreams'>;
  private readonly hear = (message: ToWorker | null) => {
    if (message?.loads) this.others = message.loads.filter(({ pid }) => pid !== process.pid);
  };

  /** @param read what the program itself knows of its load */
  constructor(read: () => Pick<WorkerLoad, 'requestsInFlight' | 'openStreams'>) {
    this.read = read;
    process.on('message', this.hear);
  }

  /** The loads of all workers of at most a second ago, that of this process first. */
  get all(): WorkerLoad[] {
    return [this.own(), ...this.others];
  }

  stop(): void {
    clearInterval(this.reporting);
    this.loop.close();
    process.off('message', this.hear);
  }

  private report(): void {
    const { utilization, delayMs } = this.loop.read();
    this.last = { loopUtilization: hundredths(utilization), loopDelayMs: Math.round(delayMs?.max ?? 0) };
    if (process.connected && cluster.isWorker) process.send!({ load: this.own() } satisfies FromWorker, () => {});
  }

  private own(): WorkerLoad {
    return {
      pid: process.pid,
      startedAt: Math.round(performance.timeOrigin),
      residentBytes: process.memoryUsage.rss(),
      ...this.last,
      ...this.read(),
    };
  }
}

/**
 * The first process's side: collects the loads of its workers, and sends each that reports those of all.
 * @param onReport called with each report
 */
export function collectLoads(onReport: (worker: Worker, load: WorkerLoad) => void): void {
  const loads = new Map<number, WorkerLoad>();
  cluster.on('message', (worker, message: FromWorker | null) => {
    if (!message?.load) return;
    loads.set(worker.id, message.load);
    if (worker.isConnected()) worker.send({ loads: [...loads.values()] } satisfies ToWorker, () => {});
    onReport(worker, message.load);
  });
  cluster.on('disconnect', ({ id }) => loads.delete(id));
}

const hundredths = (value: number): number => Math.round(value * 100) / 100;
