import { GatewayError } from '#libs/errors';
import type { Attempt, Outcome, Policy, Upstream } from '#libs/upstream';

/** What says that an upstream is unwell. All else is an answer. */
const FAILURES = new Set(['UPSTREAM_UNAVAILABLE', 'UPSTREAM_TIMEOUT', 'UPSTREAM_BAD_RESPONSE', 'OVERLOADED']);

/**
 * Leaves a method alone while it fails or is slow.
 * @throws {GatewayError} CIRCUIT_OPEN
 */
export const breaker =
  (upstream: Upstream): Policy =>
  (call, { method }) => {
    const { mode } = upstream.settings.breaker;
    if (mode === 'off') return call;
    const circuit = upstream.breaker(method);
    const { patienceMs } = upstream;

    return async (attempt, question) => {
      const epoch = circuit.enter();
      attempt.record.breaker = circuit.state;
      if (epoch === undefined) {
        if (mode === 'on') throw new GatewayError('CIRCUIT_OPEN', { headers: { 'retry-after': '1' } });
        return call(attempt, question);
      }
      const startedAt = performance.now();
      let outcome: Outcome = 'success';
      try {
        return await call(attempt, question);
      } catch (error) {
        outcome = outcomeOf(error, attempt, performance.now() - startedAt >= patienceMs);
        throw error;
      } finally {
        circuit.done(outcome, performance.now() - startedAt, epoch, attempt.weight);
      }
    };
  };

/** Clocks differ by less, in milliseconds: the service, which keeps the same deadline, may be the first to say so. */
const TOLERANCE_MS = 5;

/** A call that was given up before the upstream had had its time says nothing about it: clients choose their deadline. */
function outcomeOf(error: unknown, attempt: Attempt, hadItsTime: boolean): Outcome {
  const isGivenUp = attempt.endedBy !== undefined || attempt.remainingMs < TOLERANCE_MS;
  if (isGivenUp && !hadItsTime) return 'ignored';
  return error instanceof GatewayError && FAILURES.has(error.code) ? 'failure' : 'success';
}
