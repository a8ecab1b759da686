import { parseHttpDate } from './http-date.ts';

/** No upstream is left alone, and no client sent away, for longer than a day. */
const MAX_RETRY_AFTER_MS = 86_400_000;

/**
 * How long a `Retry-After` header asks to wait, in milliseconds: its seconds, or the time until its date (RFC 9110, 10.2.3); 0 for
 * a date in the past, a day at most. Undefined where there is none that can be read.
 * @param date the `Date` header of the same answer: clocks differ, so a date is taken relative to it
 */
export function parseRetryAfter(
  retryAfter: string | string[] | undefined,
  date?: string | string[],
): number | undefined {
  if (typeof retryAfter !== 'string') return undefined;
  const text = retryAfter.trim();
  if (/^\d+$/.test(text)) return capped(Number(text) * 1000);
  const until = parseHttpDate(text);
  if (until === undefined) return undefined;
  const now = (typeof date === 'string' ? parseHttpDate(date.trim()) : undefined) ?? Date.now();
  return capped(until - now);
}

/** Between nothing and a day. */
export const capped = (delayMs: number): number => Math.min(Math.max(0, delayMs), MAX_RETRY_AFTER_MS);

/** The headers that ask a client to wait: whole seconds, rounded up, one at least; empty where nothing is known. */
export const retryAfterHeaders = (delayMs: number | undefined): Record<string, string> =>
  delayMs === undefined ? {} : { 'retry-after': `${Math.max(1, Math.ceil(delayMs / 1000))}` };
