import cluster, { type Worker } from 'node:cluster';
import type { MetricSnapshot } from './metric-snapshot.ts';
import { WorkerSnapshots } from './worker-snapshots.ts';

/** How long a scrape waits for the workers, in milliseconds; one that hangs is shown as it was. */
const WORKERS_MS = 1_000;

/** From a worker: its metrics, for the scrape of that number if it was asked; or that it wants those of all. */
export interface FromWorker {
  metrics?: MetricSnapshot[];
  scrape?: number;
  wantsAllMetrics?: number;
}

/** To a worker: that its metrics are wanted for a scrape; or those of all. */
export interface ToWorker {
  wantsMetrics?: number;
  allMetricsFor?: number;
  text?: string;
}

/** A scrape that waits for workers. */
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

  /** This worker has answered, or never will. */
  heard(worker: number): void {
    if (this.waitsFor.delete(worker) && !this.waitsFor.size) this.settle();
  }
}

/** Collects the metrics of workers, and gives those of all to a worker that is scraped: a scrape reaches any of them. */
export function collectFromWorkers(): void {
  const snapshots = new WorkerSnapshots();
  const scrapes = new Map<number, Scrape>();
  let last = 0;

  const scrape = async (): Promise<string> => {
    const number = (last += 1);
    const asked = snapshots.workers
      .flatMap((id) => cluster.workers?.[id] ?? [])
      .filter((worker) => worker.isConnected());
    const one = new Scrape(new Set(asked.map(({ id }) => id)));
    scrapes.set(number, one);
    for (const worker of asked) send(worker, { wantsMetrics: number });
    await one.isAnswered;
    scrapes.delete(number);
    return snapshots.text();
  };

  cluster.on('message', (worker, message: FromWorker | null) => {
    if (message?.metrics) snapshots.report(worker.id, message.metrics);
    if (message?.scrape !== undefined) scrapes.get(message.scrape)?.heard(worker.id);
    const number = message?.wantsAllMetrics;
    if (number === undefined) return;
    const answer = (text?: string) => send(worker, { allMetricsFor: number, text });
    scrape().then(answer, () => answer());
  });
  // All that a worker reported has been read by then; at its `exit` some may be left.
  cluster.on('disconnect', ({ id }) => {
    void snapshots.end(id);
    for (const one of scrapes.values()) one.heard(id);
  });
}

/** A worker may end while it is sent something: then nobody waits for it. */
function send(worker: Worker, message: ToWorker): void {
  if (worker.isConnected()) worker.send(message, () => {});
}
