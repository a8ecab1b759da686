export { createLogger, LOG_LEVELS, loggerOptions, onlyWarnings } from './logger.ts';
export { currentRequest, inRequest, type RequestStore } from './request-store.ts';
export type { Logger } from 'pino';
