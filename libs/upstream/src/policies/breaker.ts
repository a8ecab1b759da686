import { GatewayError, wasTooLarge } from '#libs/errors';
import type { Attempt, Outcome, Policy, Upstream } from '#libs/upstream';

/** An answer that is cut off at the cap has cost megabytes: it says as much as so many that were refused. */
const TOO_LARGE_FACTOR = 5;

/**
 * Leaves a method alone while it fails or is slow. A refusal of this caller or this request (4xx and its like) is an answer: it
 * counts as a good call, also for a probe.
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
        if (mode === 'on') throw new GatewayError('CIRCUIT_OPEN', { source: 'breaker' });
        return call(attempt, question);
      }
      let outcome: Outcome = 'success';
      let factor = 1;
      try {
        return await call(attempt, question);
      } catch (error) {
        outcome = outcomeOf(error, attempt, patienceMs);
        if (wasTooLarge(error)) factor = TOO_LARGE_FACTOR;
        throw error;
      } finally {
        circuit.done(outcome, sentForMs(attempt), epoch, attempt.weight * factor);
      }
    };
  };

/** Clocks differ by less, in milliseconds: the service, which keeps the same deadline, may be the first to say so. */
const TOLERANCE_MS = 5;

/**
 * A call that never left us says nothing about the upstream, nor does one that was given up before the upstream had had
 * its time: clients choose their deadline.
 */
function outcomeOf(error: unknown, attempt: Attempt, patienceMs: number): Outcome {
  const isGivenUp = attempt.endedBy !== undefined || attempt.remainingMs < TOLERANCE_MS;
  if (attempt.sentAt === undefined || (isGivenUp && sentForMs(attempt) < patienceMs)) return 'ignored';
  return error instanceof GatewayError && error.isUpstreamFault ? 'failure' : 'success';
}

/** What the upstream took of it: the time it waited here for a place is not the upstream's. */
const sentForMs = ({ sentAt }: Attempt): number => (sentAt === undefined ? 0 : performance.now() - sentAt);
