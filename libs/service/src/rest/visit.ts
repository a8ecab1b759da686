import type { InternalCaller } from '#libs/internal-token';
import type { RequestStore, Span } from '#libs/observe';

/** The state of a request. */
export interface Visit {
  /** The fields of its log lines. */
  store: RequestStore;
  /** Its arrival, by `performance.now()`. */
  startedAt: number;
  /** The span of the request, if it is recorded. */
  span?: Span;
  /** For whom the gateway asks; set by the guard. */
  caller?: InternalCaller;
  /** Why there is no caller, for the log. */
  refusedFor?: string;
}

const visits = new WeakMap<object, Visit>();

/** Records the arrival of a request. */
export function beginVisit(request: object, requestId: string): Visit {
  const visit: Visit = { store: { requestId }, startedAt: performance.now() };
  visits.set(request, visit);
  return visit;
}

/** The visit that `beginVisit` has recorded for a request. */
export function visitOf(request: object): Visit {
  return visits.get(request)!;
}
