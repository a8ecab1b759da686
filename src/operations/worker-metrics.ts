import { GatewayError } from '#libs/errors';
import type { Registry } from 'prom-client';
import type { FromWorker, ToWorker } from './cluster-metrics.ts';
import type { ExpositionFormat } from './exposition/exposition-format.ts';
import { cumulativeOf, type MetricSnapshot, snapshotOf } from './registry/metric-snapshot.ts';

/**
 * How often a worker reports its counters, in milliseconds: a killed worker loses the counts since its last
 * report.
 */
const REPORT_MS = 5_000;

/** How long a worker waits for the primary process, in milliseconds. */
const PRIMARY_MS = 3_000;

/**
 * The worker's side of cluster metrics: reports its own to the primary process, and requests those of all workers.
 */
export class WorkerMetrics {
  private readonly reporting = setInterval(() => void this.reportCounts(), REPORT_MS).unref();
  private readonly pending = new Map<number, (text: string | undefined) => void>();
  private lastId = 0;
  private readonly hear = (message: ToWorker | null) => {
    if (message?.wantsMetrics !== undefined) void this.report(snapshotOf, message.wantsMetrics);
    if (message?.allMetricsFor !== undefined) this.pending.get(message.allMetricsFor)?.(message.text);
  };

  /** @param failed receives errors of reading metrics */
  constructor(
    private readonly registry: Registry,
    private readonly failed: (error: unknown) => void,
  ) {
    process.on('message', this.hear);
    void this.reportCounts();
  }

  /**
   * The metrics of all workers together, in a text format.
   * @throws {GatewayError} `UPSTREAM_TIMEOUT` if the primary process does not answer
   */
  ofAll(format: ExpositionFormat): Promise<string> {
    const number = (this.lastId += 1);
    return new Promise((resolve, reject) => {
      const end = (text?: string) => {
        clearTimeout(late);
        this.pending.delete(number);
        if (text === undefined) reject(new GatewayError('UPSTREAM_TIMEOUT'));
        else resolve(text);
      };
      const late = setTimeout(end, PRIMARY_MS);
      this.pending.set(number, end);
      void send({ wantsAllMetrics: number, format });
    });
  }

  /** Reports the final counts, and stops reporting. */
  async stop(): Promise<void> {
    clearInterval(this.reporting);
    process.off('message', this.hear);
    await this.reportCounts();
  }

  private reportCounts(): Promise<void> {
    return this.report(cumulativeOf);
  }

  /** If they cannot be read, the scrape uses the previous report. */
  private async report(read: (registry: Registry) => Promise<MetricSnapshot[]>, scrape?: number): Promise<void> {
    const metrics = await read(this.registry).catch(this.failed);
    await send({ metrics: metrics ?? undefined, scrape });
  }
}

/** Resolves once the message is sent, or if the primary process has ended, since this one then ends too. */
function send(message: FromWorker): Promise<void> {
  return new Promise((resolve) => {
    if (!process.connected) return resolve();
    process.send!(message, () => resolve());
  });
}
