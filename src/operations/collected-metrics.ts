import { Counter, Gauge, type Registry } from 'prom-client';

/** A value of a metric, with its labels. */
export interface Sample {
  labels?: Record<string, string>;
  value: number;
}

/** What a metric is called, and what it says. */
interface Description {
  name: string;
  help: string;
  labelNames?: string[];
}

/** How the values of several workers make one: their sum, the least, the greatest, or their mean. */
type Aggregator = 'sum' | 'min' | 'max' | 'average';

/** What a metric is at a scrape: its samples, or its one value where it has no labels. */
type Reading = Iterable<Sample> | number;

const samplesOf = (reading: Reading): Iterable<Sample> =>
  typeof reading === 'number' ? [{ value: reading }] : reading;

/** Metrics whose values are kept elsewhere, and read at each scrape. */
export class CollectedMetrics {
  constructor(private readonly registry: Registry) {}

  /** @param read returns what was counted since the start of the process: it never falls */
  counter(description: Description, read: () => Reading): void {
    new Counter({
      ...description,
      registers: [this.registry],
      collect() {
        this.reset();
        for (const { labels = {}, value } of samplesOf(read())) this.inc(labels, value);
      },
    });
  }

  /** @param description has an aggregator, since a sum is wrong for what all workers see alike */
  gauge(description: Description & { aggregator: Aggregator }, read: () => Reading): void {
    new Gauge({
      ...description,
      registers: [this.registry],
      collect() {
        this.reset();
        for (const { labels = {}, value } of samplesOf(read())) this.set(labels, value);
      },
    });
  }
}
