import { randomUUID } from 'node:crypto';
import { type OtlpSignalSettings, otlpTarget } from '#gateway/config/otlp-signals';
import type { MetricSnapshot } from '#gateway/operations/registry/metric-snapshot';
import { type ExportResult, ExportResultCode, hrTime, millisToHrTime } from '@opentelemetry/core';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { metricDataOf } from './metric-data.ts';

/** How long the last export may take, in milliseconds. */
const CLOSE_MS = 1_500;

/** Sends the metrics of this process to an OpenTelemetry collector at an interval, by OpenTelemetry's own SDK. */
export class MetricExport {
  readonly counts = { sent: 0, failed: 0 };
  private readonly provider: MeterProvider;

  /** @param read returns the current metrics */
  constructor(
    settings: OtlpSignalSettings,
    target: NonNullable<ReturnType<typeof otlpTarget>>,
    private readonly read: () => Promise<MetricSnapshot[]>,
  ) {
    const resource = resourceFromAttributes({
      'service.name': settings.OTEL_SERVICE_NAME ?? 'gateway',
      // Each worker counts by itself.
      'service.instance.id': randomUUID(),
      ...settings.OTEL_RESOURCE_ATTRIBUTES,
    });
    const reader = new PeriodicExportingMetricReader({
      exporter: this.counting(new OTLPMetricExporter({ url: target.url, headers: { ...target.headers } })),
      exportIntervalMillis: settings.OTEL_METRIC_EXPORT_INTERVAL,
      exportTimeoutMillis: Math.min(settings.OTEL_METRIC_EXPORT_TIMEOUT, settings.OTEL_METRIC_EXPORT_INTERVAL),
      metricProducers: [{ collect: () => this.collect(resource) }],
    });
    this.provider = new MeterProvider({ resource, readers: [reader] });
  }

  /** Sends the last numbers, for a short time. Never rejects. */
  async close(): Promise<void> {
    const late = new Promise<void>((resolve) => void setTimeout(resolve, CLOSE_MS).unref());
    await Promise.race([this.provider.shutdown().catch(() => {}), late]);
  }

  private async collect(resource: ResourceMetrics['resource']) {
    const metrics = metricDataOf(await this.read(), millisToHrTime(performance.timeOrigin), hrTime());
    return { resourceMetrics: { resource, scopeMetrics: [{ scope: { name: 'atrium' }, metrics }] }, errors: [] };
  }

  private counting(exporter: PushMetricExporter): PushMetricExporter {
    const send = exporter.export.bind(exporter);
    exporter.export = (metrics, done) =>
      send(metrics, (result: ExportResult) => {
        this.counts[result.code === ExportResultCode.SUCCESS ? 'sent' : 'failed'] += 1;
        done(result);
      });
    return exporter;
  }
}
