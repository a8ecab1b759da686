import type { MetricDescription } from '#gateway/operations/metric-snapshot';

const HEAD = ['| Metric | Kind | Labels | Of several workers | What it says |', '| --- | --- | --- | --- | --- |'];

/** What prom-client's names of how values are put together mean. */
const AGGREGATED: Record<string, string> = {
  sum: 'sum',
  min: 'least',
  max: 'greatest',
  average: 'mean',
  first: 'one of them',
  omit: 'left out',
};

/** Every metric, what it says, and how those of several workers make one. */
export function metricsTable(metrics: readonly MetricDescription[]): string {
  return [...HEAD, ...metrics.map(row)].join('\n');
}

function row({ name, type, labelNames, aggregator, help }: MetricDescription): string {
  const labels = labelNames.map((label) => `\`${label}\``).join(' ') || '–';
  return `| \`${name}\` | ${type} | ${labels} | ${AGGREGATED[aggregator]} | ${help} |`;
}
