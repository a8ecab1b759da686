import { GatewayError } from '#libs/errors';
import type { Attributes, Span } from '#libs/observe';
import type { Attempt, CallInfo, Context, OnTry, Policy, TryRecord, Upstream } from '#libs/upstream';

/**
 * Records every try: on the request, for its access line and `Server-Timing`, as a span of its recording, and by
 * `onTry`, for metrics.
 */
export const observe =
  (onTry: OnTry, upstream: Pick<Upstream, 'effectiveTimeoutMs'>): Policy =>
  (call, info) =>
  async (attempt, question) => {
    const startedAt = performance.now();
    const span = attempt.span && startSpan(attempt.span, info, attempt, startedAt);
    if (span) attempt.span = span;
    let outcome = 'OK';
    let failure: unknown;
    try {
      return await call(attempt, question);
    } catch (error) {
      failure = error;
      outcome = isGivenUp(error, attempt, upstream) ? 'CANCELLED' : outcomeOf(error, attempt);
      throw error;
    } finally {
      attempt.settle();
      const endedAt = performance.now();
      const durationMs = endedAt - startedAt;
      // The wait to be sent says nothing about the upstream.
      if (outcome === 'OK') info.latencies.add(durationMs - attempt.record.queueMs);
      const record = recordOf(info, attempt, outcome, durationMs);
      attempt.tries.push(record);
      if (span) endSpan(span, record, endedAt);
      onTry(record, failure, attempt);
    }
  };

/** The outcome of a failed try or call: the code of its error, or `CANCELLED` if no request waited for it any more. */
export function outcomeOf(error: unknown, { endedBy }: Context): string {
  if (endedBy === 'client' || endedBy === 'rival') return 'CANCELLED';
  return error instanceof GatewayError ? error.code : 'INTERNAL';
}

/** Whether the request's own deadline, which clients choose, ended a try before the upstream had its time. */
const isGivenUp = (
  error: unknown,
  attempt: Attempt,
  { effectiveTimeoutMs }: Pick<Upstream, 'effectiveTimeoutMs'>,
): boolean =>
  error instanceof GatewayError &&
  error.code === 'UPSTREAM_TIMEOUT' &&
  attempt.wasGivenUpBefore(effectiveTimeoutMs);

function recordOf(
  { upstream, method }: CallInfo,
  attempt: Attempt,
  outcome: string,
  durationMs: number,
): TryRecord {
  const { number, isHedge, record } = attempt;
  return {
    upstream,
    method,
    number,
    isHedge,
    outcome,
    durationMs,
    queueMs: record.queueMs,
    breaker: record.breaker,
  };
}

/** The span of one try. Its id is the parent of the service's own spans. */
function startSpan(parent: Span, { upstream, method, span }: CallInfo, attempt: Attempt, startedAt: number): Span {
  const attributes: Attributes = { ...span?.attributes, 'atrium.upstream': upstream, 'atrium.method': method };
  if (attempt.number > 1) attributes['http.request.resend_count'] = attempt.number - 1;
  if (attempt.isHedge) attributes['atrium.hedge'] = true;
  return parent.start(span?.name ?? method, 'client', attributes, startedAt);
}

/** Adds what the try's access-log entry has. */
function endSpan(span: Span, { outcome, queueMs, breaker }: TryRecord, endedAt: number): void {
  const { attributes } = span;
  attributes['atrium.outcome'] = outcome;
  attributes['atrium.breaker'] = breaker;
  if (queueMs) attributes['atrium.queue_ms'] = queueMs;
  span.end(outcome === 'OK' ? undefined : outcome, endedAt);
}
