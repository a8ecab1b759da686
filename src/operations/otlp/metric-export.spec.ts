import { afterEach, describe, expect, it } from '@jest/globals';
import { loadConfig } from '#gateway/config/config';
import { snapshotOf } from '#gateway/operations/registry/metric-snapshot';
import { otlpTarget } from '#libs/observe';
import { eventually, otlpReader, Receiver, type Respond } from '#libs/testing';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { MetricExport } from './metric-export.ts';

const ended: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

/** The numbers of a registry, exported to a collector. */
async function exported(respond: Respond) {
  const collector = await Receiver.open(respond);
  ended.push(() => collector.close());
  const registry = new Registry();
  const registers = [registry];
  new Counter({ name: 'requests_total', help: 'Requests.', labelNames: ['route'], registers }).inc(
    { route: '/a' },
    7,
  );
  new Gauge({ name: 'open', help: 'Open.', registers }).set(3);
  const took = new Histogram({ name: 'took_seconds', help: 'Time.', buckets: [1, 10], registers });
  for (const value of [0.5, 5, 6, 50]) took.observe(value);
  const config = loadConfig({
    OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${collector.url}/v1/metrics`,
    OTEL_EXPORTER_OTLP_METRICS_HEADERS: 'x-key=a%20b',
    OTEL_EXPORTER_OTLP_METRICS_COMPRESSION: 'gzip',
    OTEL_METRIC_EXPORT_INTERVAL: '200',
  });
  const metricExport = new MetricExport(config, otlpTarget(config, 'METRICS')!, () => snapshotOf(registry));
  ended.push(() => metricExport.close());
  return { collector, metricExport };
}

interface Exported {
  resourceMetrics: {
    resource: { attributes: { key: string; value: { stringValue?: string } }[] };
    scopeMetrics: { metrics: Record<string, never>[] }[];
  }[];
}

describe('metrics over OTLP', () => {
  it('are the same numbers as those of the registry, by the names that Prometheus has', async () => {
    const { collector, metricExport } = await exported((_, response) => response.writeHead(200).end());
    await collector.until(({ length }) => length > 0);
    const [request] = collector.requests;
    expect(request).toMatchObject({
      path: '/v1/metrics',
      headers: { 'content-type': 'application/x-protobuf', 'content-encoding': 'gzip', 'x-key': 'a b' },
    });
    const { resourceMetrics } = otlpReader('metrics')(request!.body) as Exported;
    const { attributes } = resourceMetrics[0]!.resource;
    const stated = Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue]));
    expect(stated).toMatchObject({ 'service.name': 'gateway', 'service.instance.id': expect.any(String) });
    const metrics = resourceMetrics[0]!.scopeMetrics.flatMap((scope) => scope.metrics);
    const of = (name: string) => metrics.find((metric) => metric['name'] === name)!;
    expect(of('requests_total')).toMatchObject({
      sum: {
        isMonotonic: true,
        aggregationTemporality: 'AGGREGATION_TEMPORALITY_CUMULATIVE',
        dataPoints: [{ asDouble: 7, attributes: [{ key: 'route', value: { stringValue: '/a' } }] }],
      },
    });
    expect(of('open')).toMatchObject({ gauge: { dataPoints: [{ asDouble: 3 }] } });
    expect(of('took_seconds')).toMatchObject({
      unit: 's',
      histogram: {
        dataPoints: [{ count: '4', sum: 61.5, explicitBounds: [1, 10], bucketCounts: ['1', '2', '1'] }],
      },
    });
    await eventually(() => metricExport.counts.sent !== 0);
  });

  it('that a collector refuses are counted, and the next are sent', async () => {
    let answered = 0;
    const { metricExport } = await exported((_, response) =>
      response.writeHead((answered += 1) === 1 ? 400 : 200).end(),
    );
    await eventually(() => metricExport.counts.sent !== 0);
    // On a busy machine later ones can fail, too: they are answered too late for an interval of 200 ms.
    expect(metricExport.counts.failed).toBeGreaterThanOrEqual(1);
  });

  it('are not held up by an answer without end, and their connections neither', async () => {
    let closed = 0;
    const { metricExport } = await exported((_, response) => {
      response.writeHead(400);
      const timer = setInterval(() => response.write('x'), 5);
      response.once('close', () => {
        clearInterval(timer);
        closed += 1;
      });
    });
    await eventually(() => metricExport.counts.failed >= 2 && closed >= 2);
    expect(metricExport.counts.sent).toBe(0);
  });
});
