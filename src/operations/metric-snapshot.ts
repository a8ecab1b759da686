import type { Registry } from 'prom-client';

/** A metric as prom-client returns it and as it passes between processes; prom-client's own types differ. */
export interface MetricSnapshot {
  name: string;
  help: string;
  type: 'counter' | 'gauge' | 'histogram' | 'summary';
  aggregator: string;
  values: { value: number; labels: Record<string, string | number>; metricName?: string }[];
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
