import type { Config } from '#gateway/config/config';
import type { MetricSnapshot } from '#gateway/operations/registry/metric-snapshot';
import { exporterOptions, type OtlpTarget, processResource } from '#libs/observe';
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
    settings: Config,
    target: OtlpTarget,
    private readonly read: () => Promise<MetricSnapshot[]>,
  ) {
    const resource = resourceFromAttributes(processResource(settings, 'gateway'));
    const longestMs = Math.min(settings.OTEL_METRIC_EXPORT_TIMEOUT, settings.OTEL_METRIC_EXPORT_INTERVAL);
    const timeoutMs = Math.min(target.timeoutMs, longestMs);
    const exporter = new OTLPMetricExporter(exporterOptions({ ...target, timeoutMs }));
    const reader = new PeriodicExportingMetricReader({
      exporter: this.counting(exporter),
      exportIntervalMillis: settings.OTEL_METRIC_EXPORT_INTERVAL,
      exportTimeoutMillis: longestMs,
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
