import { AggregatorRegistry, type Registry } from 'prom-client';
import { isCumulative, type MetricSnapshot } from './metric-snapshot.ts';

/**
 * What the workers of a process have reported of their metrics, as one. Counters and histograms never fall: what a worker
 * had counted stays when it is gone. Its gauges go with it.
 */
export class WorkerSnapshots {
  private readonly latest = new Map<number, Map<string, MetricSnapshot>>();
  private ofEnded: MetricSnapshot[] = [];
  private ending: Promise<void> = Promise.resolve();

  /** Those that have reported and have not ended. */
  get workers(): number[] {
    return [...this.latest.keys()];
  }

  /** Keeps what a worker reports; metrics that it leaves out stay as they were. */
  report(worker: number, metrics: readonly MetricSnapshot[]): void {
    const its = this.latest.get(worker) ?? new Map<string, MetricSnapshot>();
    for (const metric of metrics) its.set(metric.name, metric);
    this.latest.set(worker, its);
  }

  /** Keeps what a worker has counted, and drops the rest. It must not report again. */
  end(worker: number): Promise<void> {
    this.ending = this.ending.then(async () => {
      const counted = [...(this.latest.get(worker)?.values() ?? [])].filter(isCumulative);
      const sum = await aggregate([this.ofEnded, counted]).getMetricsAsJSON();
      // Both in one turn: a scrape finds it here or there, never twice or not at all.
      this.ofEnded = sum as unknown as MetricSnapshot[];
      this.latest.delete(worker);
    });
    return this.ending;
  }

  /** All of it in Prometheus' text format. */
  text(): Promise<string> {
    const ofRunning = [...this.latest.values()].map((its) => [...its.values()]);
    return aggregate([...ofRunning, this.ofEnded]).metrics();
  }
}

const aggregate = (all: MetricSnapshot[][]): Registry => AggregatorRegistry.aggregate(all);
