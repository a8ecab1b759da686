import type { InternalCaller } from '#libs/internal-token';
import type { RequestStore, Span } from '#libs/observe';

/** What is known of a request besides itself. */
export interface Visit {
  /** What its log lines carry. */
  store: RequestStore;
  /** When it came, by `performance.now()`. */
  startedAt: number;
  /** The span of the request, if it is recorded. */
  span?: Span;
  /** For whom the gateway asks; set by the guard. */
  caller?: InternalCaller;
}

const visits = new WeakMap<object, Visit>();

/** Notes a request that has just come. */
export function beginVisit(request: object, requestId: string): Visit {
  const visit: Visit = { store: { requestId }, startedAt: performance.now() };
  visits.set(request, visit);
  return visit;
}

/** The visit of a request that `beginVisit` was told of. */
export function visitOf(request: object): Visit {
  return visits.get(request)!;
}
