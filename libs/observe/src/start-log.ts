import type { Logger } from 'pino';

/** Nest's name for what it logs of an error that it throws as well. */
const THROWN = 'ExceptionHandler';

/**
 * The log of a Nest application until it uses its own: warnings and errors, as JSON. Not the error that ends the start,
 * whose process reports it.
 */
export const startLog = (logger: Logger) => ({
  log(): void {},
  warn: (message: unknown, ...rest: unknown[]): void => write(logger, 'warn', message, rest),
  error: (message: unknown, ...rest: unknown[]): void => write(logger, 'error', message, rest),
});

/** Nest passes the context as the last argument. */
function write(logger: Logger, level: 'warn' | 'error', message: unknown, rest: readonly unknown[]): void {
  const context = rest.at(-1);
  if (context === THROWN) return;
  logger[level]({ context, ...(message instanceof Error && { err: message }) }, String(message));
}
