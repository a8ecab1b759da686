import { parseHttpDate } from './http-date.ts';

/** The maximum delay, for upstreams and clients: one day. */
const MAX_RETRY_AFTER_MS = 86_400_000;

/**
 * The delay of a `Retry-After` header in milliseconds: its seconds, or the time until its date (RFC 9110, 10.2.3); 0
 * for a date in the past, at most one day. Undefined if it is missing or malformed.
 * @param date the `Date` header of the same response: clocks differ, so a date is relative to it
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

/** Clamps a delay to 0 to one day. */
export const capped = (delayMs: number): number => Math.min(Math.max(0, delayMs), MAX_RETRY_AFTER_MS);

/** The `Retry-After` header for clients: whole seconds, rounded up, at least one. */
export const retryAfterHeaders = (delayMs: number): Record<string, string> => ({
  'retry-after': `${Math.max(1, Math.ceil(delayMs / 1000))}`,
});
