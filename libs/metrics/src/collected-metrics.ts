import { Counter, Gauge, type Registry } from 'prom-client';

/** A value of a metric, with its labels. */
export interface Sample {
  labels?: Record<string, string>;
  value: number;
}

/** The name, help text and labels of a metric. */
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

/** Metrics whose values are kept elsewhere and read at each scrape. */
export class CollectedMetrics {
  constructor(private readonly registry: Registry) {}

  /** Adds a counter. @param read returns the count since the start of the process, which never decreases */
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

  /**
   * Adds a gauge. @param description has an aggregator, since a sum is wrong for values that are the same in all
   * workers
   * @param read may take a moment, and must not fail
   */
  gauge(description: Description & { aggregator: Aggregator }, read: () => Reading | Promise<Reading>): void {
    new Gauge({
      ...description,
      registers: [this.registry],
      collect() {
        const set = (reading: Reading) => {
          this.reset();
          for (const { labels = {}, value } of samplesOf(reading)) this.set(labels, value);
        };
        const reading = read();
        return reading instanceof Promise ? reading.then(set) : set(reading);
      },
    });
  }
}
