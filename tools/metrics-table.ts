import type { MetricDescription } from '#gateway/operations/registry/metric-snapshot';

const HEAD = ['| Metric | Kind | Labels | Of several workers | What it says |', '| --- | --- | --- | --- | --- |'];

/** Descriptions of prom-client's aggregation methods. */
const AGGREGATED: Record<string, string> = {
  sum: 'sum',
  min: 'least',
  max: 'greatest',
  average: 'mean',
  first: 'one of them',
  omit: 'left out',
};

/** The table of all metrics, with their meaning and their aggregation over workers. */
export function metricsTable(metrics: readonly MetricDescription[]): string {
  return [...HEAD, ...metrics.map(row)].join('\n');
}

function row({ name, type, labelNames, aggregator, help }: MetricDescription): string {
  const labels = labelNames.map((label) => `\`${label}\``).join(' ') || '–';
  return `| \`${name}\` | ${type} | ${labels} | ${AGGREGATED[aggregator]} | ${help} |`;
}
