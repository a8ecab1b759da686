import { catalogue, type ErrorCode, type GatewayError } from '#libs/errors';
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

/**
 * The log fields of a request's error: `code`, `source`, `policy` and `cost` if a limit refused it, and the `cause` of a failure
 * of the gateway that has no line of its own, for example of a full disk.
 */
export function failureFields(request: RequestStore): object | undefined {
  const failure = failureOf(request);
  if (!failure) return undefined;
  const { code, source, limit } = failure;
  const cause = causeOf(failure);
  return { code, ...(source ? { source } : {}), ...limit, ...(cause ? { cause } : {}) };
}

/** Unexpected errors and failed calls of services have lines of their own. */
function causeOf({ code, source, cause }: Failure): string | undefined {
  const known: Partial<typeof catalogue> = catalogue;
  const { status = 0, isUpstreamFault = false } = known[code as ErrorCode] ?? {};
  const hasOwnLine = isUpstreamFault && source !== 'storage';
  if (status < 500 || hasOwnLine || code === 'INTERNAL' || source === 'upstream') return undefined;
  return cause instanceof Error ? cause.message : undefined;
}
