import { GatewayError } from '#libs/errors';
import type { Attempt, CallInfo, OnTry, Policy, TryRecord } from '#libs/upstream';

/** Records every try: on the request, for its access line and `Server-Timing`, and by `onTry`, for metrics. */
export const observe =
  (onTry: OnTry): Policy =>
  (call, info) =>
  async (attempt, question) => {
    const startedAt = performance.now();
    let outcome = 'OK';
    let failure: unknown;
    try {
      return await call(attempt, question);
    } catch (error) {
      failure = error;
      outcome = outcomeOf(error, attempt);
      throw error;
    } finally {
      attempt.settle();
      const durationMs = performance.now() - startedAt;
      // The wait in the bulkhead says nothing about the upstream.
      if (outcome === 'OK') info.latencies.add(durationMs - attempt.record.queueMs);
      const record = recordOf(info, attempt, outcome, durationMs);
      attempt.tries.push(record);
      onTry(record, failure);
    }
  };

function outcomeOf(error: unknown, { endedBy }: Attempt): string {
  if (endedBy === 'client' || endedBy === 'rival') return 'CANCELLED';
  return error instanceof GatewayError ? error.code : 'INTERNAL';
}

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
