export { createLogger, LOG_LEVELS, loggerOptions, onlyWarnings } from './logger.ts';
export { currentRequest, inRequest, type RequestStore } from './request-store.ts';
export { readTraceContext, type TraceContext, traceIdOf } from './trace-context.ts';
export type { Logger } from 'pino';
