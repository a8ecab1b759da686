import type { Registry } from 'prom-client';

/** A metric as prom-client returns it and as it passes between processes; prom-client's own types differ. */
export interface MetricSnapshot {
  name: string;
  help: string;
  type: 'counter' | 'gauge' | 'histogram' | 'summary';
  aggregator: string;
  values: SampleSnapshot[];
}

/** A value of a metric; of a histogram it is a bucket, the sum or the count. */
export interface SampleSnapshot {
  value: number;
  labels: Record<string, string | number>;
  metricName?: string;
  /** A request that was counted here, by its trace; the newest. */
  exemplar?: Exemplar | null;
}

/** An example of what a bucket counted. */
export interface Exemplar {
  labelSet: Record<string, string>;
  value: number;
  /** In seconds since the epoch. */
  timestamp: number;
}

/** A metric without its values. */
export type MetricDescription = Omit<MetricSnapshot, 'values'> & { labelNames: string[] };

/** Whether a metric never decreases: a counter, or a histogram, which consists of counters. */
export const isCumulative = ({ type }: Pick<MetricSnapshot, 'type'>): boolean =>
  type === 'counter' || type === 'histogram';

/** The current metrics of a registry. */
export async function snapshotOf(registry: Registry): Promise<MetricSnapshot[]> {
  return (await registry.getMetricsAsJSON()) as unknown as MetricSnapshot[];
}

/** The newest exemplar of each sample, by what identifies it. */
function exemplarsIn(all: readonly MetricSnapshot[]): Map<string, Exemplar> {
  const newest = new Map<string, Exemplar>();
  for (const { values } of all)
    for (const sample of values) {
      if (!sample.exemplar) continue;
      const key = keyOf(sample);
      if ((newest.get(key)?.timestamp ?? 0) <= sample.exemplar.timestamp) newest.set(key, sample.exemplar);
    }
  return newest;
}

const keyOf = ({ metricName, labels }: SampleSnapshot): string =>
  `${metricName}${JSON.stringify(Object.entries(labels).sort())}`;

/** Metrics that were combined from others, with the exemplars of these, which prom-client loses. */
export function withExemplars(combined: MetricSnapshot[], sources: readonly MetricSnapshot[]): MetricSnapshot[] {
  const newest = exemplarsIn(sources);
  if (newest.size)
    for (const { type, values } of combined)
      if (type === 'histogram') for (const sample of values) sample.exemplar = newest.get(keyOf(sample));
  return combined;
}

/** The descriptions of a registry's metrics. */
export const descriptionsOf = (registry: Registry): MetricDescription[] =>
  registry.getMetricsAsArray() as unknown as MetricDescription[];

/** The cumulative metrics of a registry. Gauges are not read, since reading resets some (event-loop lag). */
export async function cumulativeOf(registry: Registry): Promise<MetricSnapshot[]> {
  const read = descriptionsOf(registry)
    .filter(isCumulative)
    .map(async ({ name }) => registry.getSingleMetric(name)!.get());
  return (await Promise.all(read)) as unknown as MetricSnapshot[];
}
