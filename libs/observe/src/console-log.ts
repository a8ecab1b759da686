import { format } from 'node:util';
import type { Logger } from 'pino';

const LEVELS = { debug: 'debug', log: 'info', info: 'info', warn: 'warn', error: 'error' } as const;

/** Within this time the same text is one line, in milliseconds: a library warns once for each of its connections. */
const REPEAT_MS = 60_000;
/** The most texts that are remembered. */
const MAX_TEXTS = 100;

/** Sends what libraries write to the console to a logger, as lines of its own form. */
export function logConsole(logger: Logger): void {
  const logged = new Map<string, number>();
  for (const [method, level] of Object.entries(LEVELS) as [keyof typeof LEVELS, (typeof LEVELS)['log']][])
    console[method] = (...args: unknown[]) => {
      const text = format(...args);
      const now = performance.now();
      if (now - (logged.get(text) ?? -Infinity) < REPEAT_MS) return;
      if (logged.size >= MAX_TEXTS) logged.clear();
      logged.set(text, now);
      logger[level]({ from: 'console' }, text);
    };
}
