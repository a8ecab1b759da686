import { AsyncLocalStorage } from 'node:async_hooks';
import type { Span } from './tracing/span.ts';

/** What every log line of a request carries. It changes no behaviour: that is what `Context` is for. */
export interface RequestStore {
  /** `X-Request-Id`: the same in the gateway and in every service called for the request. */
  requestId: string;
  /** Trace id of the W3C Trace Context, 32 hex digits. */
  traceId?: string;
  /** The caller: the `sub` of their token. */
  callerId?: string;
  /** The job that is run. */
  jobId?: string;
  /** GraphQL operation name. */
  operation?: string;
}

const storage = new AsyncLocalStorage<RequestStore>();

/** Runs `body` so that all it logs, at any depth and after any await, belongs to `store`. */
export function inRequest<T>(store: RequestStore, body: () => T): T {
  return storage.run(store, body);
}

/** The request that the current code runs for; undefined outside of a request. */
export function currentRequest(): RequestStore | undefined {
  return storage.getStore();
}

/** Beside the stores, whose fields are written to log lines. */
const spans = new WeakMap<RequestStore, Span>();

/** Lets work that is done for a request record its spans below `span`, without being handed it: Redis and SQL. */
export function attachSpan(store: RequestStore, span: Span): void {
  spans.set(store, span);
}

/** The span that was attached to the current request; undefined if it is not recorded. */
export function currentSpan(): Span | undefined {
  const store = storage.getStore();
  return store && spans.get(store);
}

/** Runs `body` so that what it does for the current request records its spans below `span`; without one, as it is. */
export function inSpan<T>(span: Span | undefined, body: () => T): T {
  const store = storage.getStore();
  if (!span || !store) return body();
  const own = { ...store };
  attachSpan(own, span);
  return storage.run(own, body);
}
