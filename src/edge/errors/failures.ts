import type { GatewayError } from '#libs/errors';
import type { RequestStore } from '#libs/observe';

/** The fields of the access-log line for a response that is an error or contains one. */
export type Failure = Partial<Pick<GatewayError, 'source' | 'limit' | 'cause'>> & { code: string };

const failures = new WeakMap<RequestStore, Failure>();

/** Records the error of a request for its access-log line. Of several, as in GraphQL, the first counts. */
export function noteFailure(request: RequestStore | undefined, failure: Failure): void {
  if (request && !failures.has(request)) failures.set(request, failure);
}

/** The error of a request; undefined where it had none. */
export const failureOf = (request: RequestStore): Failure | undefined => failures.get(request);

/** The log fields of a request's error: `code`, and `source`, `policy` and `cost` if a limit refused it. */
export function failureFields(request: RequestStore): object | undefined {
  const failure = failureOf(request);
  if (!failure) return undefined;
  const { code, source, limit } = failure;
  return { code, ...(source ? { source } : {}), ...limit };
}
