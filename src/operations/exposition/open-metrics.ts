import type { MetricSnapshot, SampleSnapshot } from '#gateway/operations/registry/metric-snapshot';

/** The media type of `openMetricsText`. */
export const OPEN_METRICS_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/**
 * Metrics in the text format of OpenMetrics 1.0 (https://prometheus.io/docs/specs/om/open_metrics_spec/), with their
 * exemplars. prom-client's own form renames the counters of the registry and loses exemplars of several workers.
 */
export function openMetricsText(metrics: readonly MetricSnapshot[]): string {
  return `${metrics.map(familyText).join('')}# EOF\n`;
}

function familyText({ name, help, type, values }: MetricSnapshot): string {
  const family = type === 'counter' ? name.replace(/_total$/, '') : name;
  const head = `# TYPE ${family} ${type}\n# HELP ${family} ${escaped(help)}\n`;
  return head + values.map((sample) => lineOf(name, sample)).join('');
}

function lineOf(name: string, { metricName = name, labels, value, exemplar }: SampleSnapshot): string {
  const line = `${metricName}${labelsText(labels)} ${numberText(value)}`;
  if (!exemplar || !/_(bucket|total)$/.test(metricName)) return `${line}\n`;
  const { labelSet, value: observed, timestamp } = exemplar;
  return `${line} # ${labelsText(labelSet) || '{}'} ${numberText(observed)} ${timestamp}\n`;
}

function labelsText(labels: Readonly<Record<string, string | number>>): string {
  const parts = Object.entries(labels).map(([label, value]) => {
    const text = label === 'le' ? boundText(value) : escaped(String(value));
    return `${label}="${text}"`;
  });
  return parts.length ? `{${parts.join(',')}}` : '';
}

/** Bounds are floating-point numbers: `1.0`, where the older format has `1`. */
function boundText(value: string | number): string {
  const text = String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

const numberText = (value: number): string =>
  Number.isFinite(value) ? String(value) : Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';

const escaped = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
