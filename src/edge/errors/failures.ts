import type { GatewayError } from '#libs/errors';
import type { RequestStore } from '#libs/observe';

/** What the access line says of an answer that is an error, or has one in it. */
export type Failure = Partial<Pick<GatewayError, 'source' | 'limit'>> & { code: string };

const failures = new WeakMap<RequestStore, Failure>();

/** Notes that a request is answered with an error, for its access line. Of several, as GraphQL has them, the first counts. */
export function noteFailure(request: RequestStore | undefined, failure: Failure): void {
  if (request && !failures.has(request)) failures.set(request, failure);
}

/** What a request failed with, as fields of a line: `code`, where a limit refused it `source`, `policy` and `cost`. */
export function failureFields(request: RequestStore): object | undefined {
  const failure = failures.get(request);
  if (!failure) return undefined;
  const { code, source, limit } = failure;
  return { code, ...(source ? { source } : {}), ...limit };
}
