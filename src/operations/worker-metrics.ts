import { GatewayError } from '#libs/errors';
import type { Registry } from 'prom-client';
import type { FromWorker, ToWorker } from './cluster-metrics.ts';
import { cumulativeOf, type MetricSnapshot, snapshotOf } from './metric-snapshot.ts';

/** How often a worker reports unasked, in milliseconds: one that is killed takes no more of its counts with it. */
const REPORT_MS = 5_000;

/** How long a worker waits for the process that started it, in milliseconds. */
const PRIMARY_MS = 3_000;

/** A worker's part: reports its metrics to the process that started it, and asks that one for those of all. */
export class WorkerMetrics {
  private readonly reporting = setInterval(() => void this.reportCounts(), REPORT_MS).unref();
  private readonly asking = new Map<number, (text: string | undefined) => void>();
  private asked = 0;
  private readonly hear = (message: ToWorker | null) => {
    if (message?.wantsMetrics !== undefined) void this.report(snapshotOf, message.wantsMetrics);
    if (message?.allMetricsFor !== undefined) this.asking.get(message.allMetricsFor)?.(message.text);
  };

  /** @param failed is given what goes wrong while metrics are read */
  constructor(
    private readonly registry: Registry,
    private readonly failed: (error: unknown) => void,
  ) {
    process.on('message', this.hear);
    void this.reportCounts();
  }

  /**
   * The metrics of all workers together, in Prometheus' text format.
   * @throws {GatewayError} `UPSTREAM_TIMEOUT` where the process that started this one hangs
   */
  ofAll(): Promise<string> {
    const number = (this.asked += 1);
    return new Promise((resolve, reject) => {
      const end = (text?: string) => {
        clearTimeout(late);
        this.asking.delete(number);
        if (text === undefined) reject(new GatewayError('UPSTREAM_TIMEOUT'));
        else resolve(text);
      };
      const late = setTimeout(end, PRIMARY_MS);
      this.asking.set(number, end);
      void send({ wantsAllMetrics: number });
    });
  }

  /** Reports the last counts, and then no more. */
  async stop(): Promise<void> {
    clearInterval(this.reporting);
    process.off('message', this.hear);
    await this.reportCounts();
  }

  private reportCounts(): Promise<void> {
    return this.report(cumulativeOf);
  }

  /** Where they cannot be read, a scrape goes on with what was reported before. */
  private async report(read: (registry: Registry) => Promise<MetricSnapshot[]>, scrape?: number): Promise<void> {
    const metrics = await read(this.registry).catch(this.failed);
    await send({ metrics: metrics ?? undefined, scrape });
  }
}

/** Resolves once it is on its way. The other process may have ended: then this one ends too. */
function send(message: FromWorker): Promise<void> {
  return new Promise((resolve) => {
    if (!process.connected) return resolve();
    process.send!(message, () => resolve());
  });
}
