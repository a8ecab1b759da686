import { randomUUID } from 'node:crypto';

/** The `X-Request-Id` of a request if it is valid (1 to 128 of `[A-Za-z0-9._-]`), else a new one. */
export function requestId(header: string | string[] | undefined): string {
  return typeof header === 'string' && /^[A-Za-z0-9._-]{1,128}$/.test(header) ? header : randomUUID();
}
