export { createLogger, LOG_LEVELS, loggerOptions, onlyWarnings } from './logger.ts';
export { currentRequest, inRequest, type RequestStore } from './request-store.ts';
export { readTraceContext, type TraceContext, traceIdOf } from './trace-context.ts';
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
