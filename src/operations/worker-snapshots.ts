import { AggregatorRegistry, type Registry } from 'prom-client';
import type { ExpositionFormat } from './exposition/exposition-format.ts';
import { openMetricsText } from './exposition/open-metrics.ts';
import { isCumulative, type MetricSnapshot, withExemplars } from './registry/metric-snapshot.ts';

/**
 * Combines the reported metrics of all workers. Counters and histograms never decrease: the counts of an ended
 * worker are kept, its gauges are dropped.
 */
export class WorkerSnapshots {
  private readonly latest = new Map<number, Map<string, MetricSnapshot>>();
  private ofEnded: MetricSnapshot[] = [];
  private ending: Promise<void> = Promise.resolve();

  /** The workers that have reported and not ended. */
  get workers(): number[] {
    return [...this.latest.keys()];
  }

  /** Stores the report of a worker; metrics missing from it keep their last values. */
  report(worker: number, metrics: readonly MetricSnapshot[]): void {
    const its = this.latest.get(worker) ?? new Map<string, MetricSnapshot>();
    for (const metric of metrics) its.set(metric.name, metric);
    this.latest.set(worker, its);
  }

  /** Keeps the counters of an ended worker, and drops its gauges. It must not report again. */
  end(worker: number): Promise<void> {
    this.ending = this.ending.then(async () => {
      const counted = [...(this.latest.get(worker)?.values() ?? [])].filter(isCumulative);
      const sum = await aggregate([this.ofEnded, counted]).getMetricsAsJSON();
      // Both happen in one turn, so that a scrape sees each count exactly once.
      this.ofEnded = sum as unknown as MetricSnapshot[];
      this.latest.delete(worker);
    });
    return this.ending;
  }

  /** The combined metrics in a text format. */
  async text(format: ExpositionFormat): Promise<string> {
    return format === 'prometheus' ? aggregate(this.all()).metrics() : openMetricsText(await this.combined());
  }

  /** The combined metrics. */
  async combined(): Promise<MetricSnapshot[]> {
    const all = this.all();
    const combined = (await aggregate(all).getMetricsAsJSON()) as unknown as MetricSnapshot[];
    return withExemplars(combined, all.flat());
  }

  private all(): MetricSnapshot[][] {
    return [...[...this.latest.values()].map((its) => [...its.values()]), this.ofEnded];
  }
}

const aggregate = (all: MetricSnapshot[][]): Registry => AggregatorRegistry.aggregate(all);
