export { createLogger, LOG_LEVELS, levelOfFramework, loggerOptions, onlyWarnings } from './logger.ts';
export { attachSpan, currentRequest, currentSpan, inRequest, inSpan, type RequestStore } from './request-store.ts';
export { exporterOptions } from './tracing/exporter-options.ts';
export { processResource } from './tracing/process-resource.ts';
export { namedLogger, namedLoggers } from './named-loggers.ts';
export { isSampled, readTraceContext, type TraceContext, traceIdOf } from './trace-context.ts';
export { type CallTraces, openCallTraces } from './tracing/call-traces.ts';
export { type Sampler, samplerOf } from './tracing/sampler.ts';
export { otelSettings, type OtelSettings, checkOtel } from './tracing/otel-settings.ts';
export {
  exporter,
  otlpSettings,
  type OtlpSettings,
  type OtlpSignal,
  type OtlpTarget,
  otlpTarget,
} from './tracing/otlp-settings.ts';
export { openTraceExporter, type TraceExporter } from './tracing/trace-exporter.ts';
export { MAX_SPANS, Recording, type RecordingOptions } from './tracing/recording.ts';
export {
  type Attributes,
  type AttributeValue,
  Span,
  type SpanEvent,
  type SpanKind,
  type SpanLink,
} from './tracing/span.ts';
export type { Logger } from 'pino';
export type { LogDestination } from './shipping/destination.ts';
export { logConsole } from './console-log.ts';
export { startLog } from './start-log.ts';
export { closeLog, openLog, shippingOf } from './open-log.ts';
export { lostLines } from './standard-output.ts';
export type { LogShipping } from './shipping/log-shipping.ts';
