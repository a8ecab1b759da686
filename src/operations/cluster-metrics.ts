import cluster, { type Worker } from 'node:cluster';
import type { ExpositionFormat } from './exposition/exposition-format.ts';
import type { MetricSnapshot } from './registry/metric-snapshot.ts';
import { WorkerSnapshots } from './worker-snapshots.ts';

/** How long a scrape waits for the workers, in milliseconds; for one that hangs, its last report is used. */
const WORKERS_MS = 1_000;

/**
 * A message from a worker: its metrics, with the number of the scrape that requested them; or a request for those
 * of all workers.
 */
export interface FromWorker {
  metrics?: MetricSnapshot[];
  scrape?: number;
  wantsAllMetrics?: number;
  /** The format in which they are requested. */
  format?: ExpositionFormat;
}

/** A message to a worker: a request for its metrics; or the metrics of all workers. */
export interface ToWorker {
  wantsMetrics?: number;
  allMetricsFor?: number;
  text?: string;
}

/** A scrape that waits for the reports of workers. */
class Scrape {
  readonly isAnswered: Promise<void>;
  private settle!: () => void;

  constructor(private readonly waitsFor: Set<number>) {
    this.isAnswered = new Promise((resolve) => {
      const late = setTimeout(resolve, WORKERS_MS);
      this.settle = () => {
        clearTimeout(late);
        resolve();
      };
    });
    if (!waitsFor.size) this.settle();
  }

  /** Records that a worker has answered or ended. */
  heard(worker: number): void {
    if (this.waitsFor.delete(worker) && !this.waitsFor.size) this.settle();
  }
}

/**
 * Collects the metrics of all workers in the primary process, and sends them to the worker that is scraped: a
 * scrape reaches any of them.
 */
export function collectFromWorkers(): void {
  const snapshots = new WorkerSnapshots();
  const scrapes = new Map<number, Scrape>();
  let last = 0;

  const scrape = async (format: ExpositionFormat): Promise<string> => {
    const number = (last += 1);
    const polled = snapshots.workers
      .flatMap((id) => cluster.workers?.[id] ?? [])
      .filter((worker) => worker.isConnected());
    const one = new Scrape(new Set(polled.map(({ id }) => id)));
    scrapes.set(number, one);
    for (const worker of polled) send(worker, { wantsMetrics: number });
    await one.isAnswered;
    scrapes.delete(number);
    return snapshots.text(format);
  };

  cluster.on('message', (worker, message: FromWorker | null) => {
    if (message?.metrics) snapshots.report(worker.id, message.metrics);
    if (message?.scrape !== undefined) scrapes.get(message.scrape)?.heard(worker.id);
    const number = message?.wantsAllMetrics;
    if (number === undefined) return;
    const answer = (text?: string) => send(worker, { allMetricsFor: number, text });
    scrape(message?.format ?? 'prometheus').then(answer, () => answer());
  });
  // At `disconnect` every report of a worker has been read; at `exit` some may be pending.
  cluster.on('disconnect', ({ id }) => {
    void snapshots.end(id);
    for (const one of scrapes.values()) one.heard(id);
  });
}

/** Ignores the error of sending to a worker that is ending. */
function send(worker: Worker, message: ToWorker): void {
  if (worker.isConnected()) worker.send(message, () => {});
}
