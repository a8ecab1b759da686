import { describe, expect, it } from '@jest/globals';
import { snapshotOf } from '#gateway/operations/registry/metric-snapshot';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { formatFor } from './exposition-format.ts';
import { openMetricsText } from './open-metrics.ts';

const PROMETHEUS_2_42 =
  'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,' +
  'text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
const PROMETHEUS_3 =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,' +
  'text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1';

describe('the format of metrics', () => {
  it.each([
    [undefined, 'prometheus'],
    ['', 'prometheus'],
    ['*/*', 'prometheus'],
    ['text/plain', 'prometheus'],
    ['text/html, */*;q=0.8', 'prometheus'],
    ['application/openmetrics-text;q=0', 'prometheus'],
    ['application/vnd.google.protobuf', 'prometheus'],
    ['text/plain;version=0.0.4, application/openmetrics-text;version=1.0.0;q=0.5', 'prometheus'],
    ['application/openmetrics-text', 'openmetrics'],
    ['application/openmetrics-text; version=1.0.0; charset=utf-8', 'openmetrics'],
    [PROMETHEUS_2_42, 'openmetrics'],
    [PROMETHEUS_3, 'openmetrics'],
  ])('for Accept %j is %s', (accept, format) => {
    expect(formatFor(accept)).toBe(format);
  });
});

describe('OpenMetrics', () => {
  it('names families of counters without _total and their samples with it, and ends with # EOF', async () => {
    const registry = new Registry();
    const registers = [registry];
    new Counter({ name: 'requests_total', help: 'All "requests".', labelNames: ['path'], registers }).inc({
      path: 'a"\\\n',
    });
    new Gauge({ name: 'open', help: 'Open.', registers }).set(Number.POSITIVE_INFINITY);
    const took = new Histogram({
      name: 'took_seconds',
      help: 'Time.',
      buckets: [0.5, 1],
      enableExemplars: true,
      registers: [],
    });
    registry.registerMetric(took);
    took.observe({ value: 0.25 });
    took.observe({ value: 3, exemplarLabels: { trace_id: 'abc' } });
    const before = registry.getMetricsAsArray().map(({ name }) => name);

    const lines = openMetricsText(await snapshotOf(registry)).split('\n');
    expect(lines.map((line) => line.replace(/ \d{10}\.\d+$/, ' <time>'))).toEqual([
      '# TYPE requests counter',
      '# HELP requests All \\"requests\\".',
      'requests_total{path="a\\"\\\\\\n"} 1',
      '# TYPE open gauge',
      '# HELP open Open.',
      'open +Inf',
      '# TYPE took_seconds histogram',
      '# HELP took_seconds Time.',
      'took_seconds_bucket{le="0.5"} 1',
      'took_seconds_bucket{le="1.0"} 1',
      'took_seconds_bucket{le="+Inf"} 2 # {trace_id="abc"} 3 <time>',
      'took_seconds_sum 3.25',
      'took_seconds_count 2',
      '# EOF',
      '',
    ]);
    expect(registry.getMetricsAsArray().map(({ name }) => name)).toEqual(before);
  });
});
