import type { Logger } from 'pino';
import { createLogger } from './logger.ts';
import type { LogDestination } from './shipping/destination.ts';
import type { LogShipping, Output } from './shipping/log-shipping.ts';
import { standardOutput } from './standard-output.ts';

const shippings = new WeakMap<Logger, LogShipping>();

/**
 * A logger for one process that writes to standard output and sends its lines to destinations besides. What sends them
 * is loaded only if there are any.
 * @param closeMs how long the last lines may take to be sent, in milliseconds
 */
export async function openLog(
  process: string,
  level: string,
  destinations: readonly LogDestination[],
  output: Output = standardOutput(),
  closeMs?: number,
): Promise<Logger> {
  if (!destinations.length) return createLogger(process, level, output, output);
  const { LogShipping } = await import('./shipping/log-shipping.ts');
  const shipping = new LogShipping(output, destinations, closeMs);
  const logger = createLogger(process, level, shipping, output);
  shipping.onFailed = (err) => logger.error({ err }, 'log lines are no longer sent');
  shippings.set(logger, shipping);
  return logger;
}

/** What sends the lines of a logger; undefined if nothing does. */
export const shippingOf = (logger: Logger): LogShipping | undefined => shippings.get(logger);

/** Sends the last lines of a logger, for a short time; later ones go to its output alone. Never rejects. */
export async function closeLog(logger: Logger): Promise<void> {
  await shippings.get(logger)?.close();
}
