/** How a finding is judged: a problem stops the gateway or loses data, a warning may do so later. */
export type Level = 'ok' | 'warning' | 'problem';

/** What was found about one thing. */
export interface Finding {
  level: Level;
  /** The setting, file, port or server that it is about. */
  about: string;
  /** What is so, and what it means. */
  message: string;
  /** What to do about it. */
  advice?: string;
}

/** Nothing is to be done. */
export const ok = (about: string, message: string): Finding => ({ level: 'ok', about, message });

/** Something may fail later. */
export const warning = (about: string, message: string, advice: string): Finding => ({
  level: 'warning',
  about,
  message,
  advice,
});

/** Something fails. */
export const problem = (about: string, message: string, advice: string): Finding => ({
  level: 'problem',
  about,
  message,
  advice,
});

/** The message of an error, or those that an attempt at several addresses gathered. */
export function reasonOf(error: unknown): string {
  const { message, errors, code, cause } = error as Partial<AggregateError & NodeJS.ErrnoException>;
  if (cause instanceof Error) return reasonOf(cause);
  return errors?.length ? errors.map(reasonOf).join(', ') : message || code || String(error);
}
