import cluster from 'node:cluster';
import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';
import { currentRequest } from './request-store.ts';
import { redacted } from './redact.ts';
import type { Output } from './shipping/log-shipping.ts';
import { standardOutput } from './standard-output.ts';
import { serializeError } from './serialize-error.ts';

/** The levels a `LOG_LEVEL` may name. */
export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/**
 * pino's options for a process: JSON lines with ISO time, the request's ids on every line, secrets redacted. Those of one of several
 * workers, also of PM2's, have its process id.
 */
export function loggerOptions(process: string, level: string): LoggerOptions {
  return {
    level,
    base: { process, ...(cluster.isWorker ? { worker: globalThis.process.pid } : {}) },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }), log: redacted },
    // A copy: pino writes the line's own fields into what the mixin gives.
    mixin: () => ({ ...currentRequest() }),
    serializers: { err: serializeError },
  };
}

/**
 * A logger for one process, writing to standard output unless `destination` is given.
 * @param output the standard output that `destination` writes to
 */
export function createLogger(
  process: string,
  level: string,
  destination?: DestinationStream,
  output: Output | undefined = destination ? undefined : standardOutput(),
): Logger {
  const logger = pino(loggerOptions(process, level), destination ?? output!);
  output?.on?.('lost', (lines) =>
    logger.warn({ lines }, 'log lines were lost: standard output had no room for them'),
  );
  return logger;
}

/** The same logger for a framework whose everyday lines are of no interest: at `info` it passes what warns. */
export function onlyWarnings(logger: Logger): Logger {
  return logger.child({}, { level: levelOfFramework(logger.level) });
}

/** The level of the logger of a framework, by that of the process. */
export const levelOfFramework = (level: string): string => (level === 'info' ? 'warn' : level);
