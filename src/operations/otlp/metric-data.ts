import type { MetricSnapshot, SampleSnapshot } from '#gateway/operations/registry/metric-snapshot';
import { type HrTime, ValueType } from '@opentelemetry/api';
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type Histogram,
  type MetricData,
} from '@opentelemetry/sdk-metrics';

type Labels = SampleSnapshot['labels'];

/** The metrics of the registry as OpenTelemetry has them: the same names, labels and numbers, counted since `startTime`. */
export function metricDataOf(
  metrics: readonly MetricSnapshot[],
  startTime: HrTime,
  endTime: HrTime,
): MetricData[] {
  const point = <T>(labels: Labels, value: T): DataPoint<T> => ({ startTime, endTime, attributes: labels, value });

  return metrics.flatMap(({ name, help: description, type, values }): MetricData[] => {
    const described = {
      descriptor: { name, description, unit: unitOf(name), valueType: ValueType.DOUBLE },
      aggregationTemporality: AggregationTemporality.CUMULATIVE,
    };
    if (type === 'histogram') {
      const dataPoints = histogramsIn(name, values).map(([labels, value]) => point(labels, value));
      return [{ ...described, dataPointType: DataPointType.HISTOGRAM, dataPoints }];
    }
    const dataPoints = values.map(({ labels, value }) => point(labels, value));
    if (type === 'gauge') return [{ ...described, dataPointType: DataPointType.GAUGE, dataPoints }];
    if (type === 'counter')
      return [{ ...described, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints }];
    return [];
  });
}

/** The unit that a name ends in, in UCUM. */
function unitOf(name: string): string {
  const base = name.replace(/_total$/, '');
  return base.endsWith('_seconds') ? 's' : base.endsWith('_bytes') ? 'By' : '';
}

/** The histograms of each set of labels: prom-client counts up to a bound, OpenTelemetry between bounds. */
function histogramsIn(name: string, values: readonly SampleSnapshot[]): [Labels, Histogram][] {
  const found = new Map<
    string,
    { labels: Labels; upTo: [bound: number, count: number][]; sum: number; count: number }
  >();
  for (const { metricName, labels: all, value } of values) {
    const { le, ...labels } = all;
    const key = JSON.stringify(Object.entries(labels).sort());
    const one = found.get(key) ?? { labels, upTo: [], sum: 0, count: 0 };
    found.set(key, one);
    if (metricName === `${name}_sum`) one.sum = value;
    else if (metricName === `${name}_count`) one.count = value;
    else if (le !== '+Inf') one.upTo.push([Number(le), value]);
  }
  return [...found.values()].map(({ labels, upTo, sum, count }) => {
    const cumulative = [...upTo.map(([, counted]) => counted), count];
    const counts = cumulative.map((counted, place) => counted - (cumulative[place - 1] ?? 0));
    return [labels, { buckets: { boundaries: upTo.map(([bound]) => bound), counts }, sum, count }];
  });
}
