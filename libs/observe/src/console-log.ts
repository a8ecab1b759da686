import { format } from 'node:util';
import type { Logger } from 'pino';

const LEVELS = { debug: 'debug', log: 'info', info: 'info', warn: 'warn', error: 'error' } as const;

/** Within this time the same warning is one line, in milliseconds: a library warns once for each of its connections. */
const REPEAT_MS = 60_000;
/** The most texts that are remembered. */
const MAX_TEXTS = 100;

/**
 * Sends what is written to the console to a logger, as lines of its own form. Of errors the text has the message alone, as they
 * may hold what was sent; the first is the line's `err`.
 */
export function logConsole(logger: Logger): void {
  const logged = new Map<string, number>();
  const isRepeated = (text: string): boolean => {
    const now = performance.now();
    if (now - (logged.get(text) ?? -Infinity) < REPEAT_MS) return true;
    if (logged.size >= MAX_TEXTS) logged.clear();
    logged.set(text, now);
    return false;
  };
  for (const [method, level] of Object.entries(LEVELS) as [
    keyof typeof LEVELS,
    (typeof LEVELS)[keyof typeof LEVELS],
  ][])
    console[method] = (...args: unknown[]) => {
      const text = format(...args.map((one) => (one instanceof Error ? `${one.name}: ${one.message}` : one)));
      if ((level === 'warn' || level === 'error') && isRepeated(text)) return;
      const err = args.find((one) => one instanceof Error);
      logger[level]({ from: 'console', ...(err ? { err } : {}) }, text);
    };
}
