import type { Logger } from 'pino';

const byRoot = new WeakMap<Logger, Map<string, Logger>>();

/** A logger for one kind of lines, whose level can change by itself; the same one for the same name. */
export function namedLogger(root: Logger, name: string): Logger {
  const named = byRoot.get(root) ?? new Map<string, Logger>();
  byRoot.set(root, named);
  const logger = named.get(name) ?? root.child({});
  named.set(name, logger);
  return logger;
}

/** The loggers that `namedLogger` has made, by name. */
export const namedLoggers = (root: Logger): ReadonlyMap<string, Logger> => byRoot.get(root) ?? new Map();
