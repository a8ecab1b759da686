import { exporter, otlpSettings } from '#libs/observe';
import { count } from '#libs/process';

/**
 * The settings of metrics and logs over OTLP, by the names of OpenTelemetry's specification
 * (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/).
 */
export const otlpSignalSettings = {
  OTEL_METRICS_EXPORTER: exporter,
  ...otlpSettings('METRICS_'),
  OTEL_METRIC_EXPORT_INTERVAL: count(60_000, 100, 3_600_000),
  OTEL_METRIC_EXPORT_TIMEOUT: count(30_000, 100, 3_600_000),
  OTEL_LOGS_EXPORTER: exporter,
  ...otlpSettings('LOGS_'),
};
