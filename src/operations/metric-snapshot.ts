import type { Registry } from 'prom-client';

/** A metric as prom-client has it at run time, and as it passes between processes; its own types say otherwise. */
export interface MetricSnapshot {
  name: string;
  help: string;
  type: 'counter' | 'gauge' | 'histogram' | 'summary';
  aggregator: string;
  values: { value: number; labels: Record<string, string | number>; metricName?: string }[];
}

/** What a metric is, whatever its values. */
export type MetricDescription = Omit<MetricSnapshot, 'values'> & { labelNames: string[] };

/** Whether it only grows: a counter, or a histogram, which is made of counters. */
export const isCumulative = ({ type }: Pick<MetricSnapshot, 'type'>): boolean =>
  type === 'counter' || type === 'histogram';

/** All metrics of a registry, as they are now. */
export async function snapshotOf(registry: Registry): Promise<MetricSnapshot[]> {
  return (await registry.getMetricsAsJSON()) as unknown as MetricSnapshot[];
}

/** What each metric of a registry is. */
export const descriptionsOf = (registry: Registry): MetricDescription[] =>
  registry.getMetricsAsArray() as unknown as MetricDescription[];

/** The cumulative metrics alone. Gauges are not read: some begin anew when they are (the lag of the event loop). */
export async function cumulativeOf(registry: Registry): Promise<MetricSnapshot[]> {
  const read = descriptionsOf(registry)
    .filter(isCumulative)
    .map(async ({ name }) => registry.getSingleMetric(name)!.get());
  return (await Promise.all(read)) as unknown as MetricSnapshot[];
}
