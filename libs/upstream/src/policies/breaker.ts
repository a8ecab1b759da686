import { GatewayError, wasTooLarge } from '#libs/errors';
import type { Attempt, Outcome, Policy, Upstream } from '#libs/upstream';
import { queued } from './queued.ts';

/** The weight of an answer that exceeds the size limit: it has cost megabytes, so it counts as this many failures. */
const TOO_LARGE_FACTOR = 5;

/** How long a probe is waited for, as a multiple of the p95 of the method: longer than that, it may hang. */
const USUAL = 2;

/**
 * The circuit breaker policy, one breaker a method. A refusal of this caller or this request (4xx) counts as a
 * success, also for a probe. Calls that arrive while a probe is in flight wait for it.
 * @throws {GatewayError} CIRCUIT_OPEN
 */
export const breaker =
  (upstream: Upstream): Policy =>
  (call, { method, latencies }) => {
    const { settings } = upstream;
    const circuit = upstream.breaker(method);

    /** Waits for the probes in flight, as long as they usually take. @returns as `enter` */
    const enterAfterProbe = async (attempt: Attempt): Promise<number | undefined> => {
      const usualMs = Math.min(settings.breaker.openMs, USUAL * (latencies.p95 ?? 0));
      while (circuit.mayWait(usualMs, settings.bulkhead.maxQueued)) {
        await queued(attempt, () => circuit.progress(attempt, usualMs));
        const epoch = circuit.enter();
        if (epoch !== undefined) return epoch;
      }
      return undefined;
    };

    const guarded: typeof call = async (attempt, question) => {
      let epoch = circuit.enter();
      if (epoch === undefined && settings.breaker.mode === 'on') epoch = await enterAfterProbe(attempt);
      attempt.record.breaker = circuit.state;
      if (epoch === undefined) {
        if (settings.breaker.mode === 'on') throw new GatewayError('CIRCUIT_OPEN', { source: 'breaker' });
        return call(attempt, question);
      }
      let outcome: Outcome = 'success';
      let factor = 1;
      try {
        return await call(attempt, question);
      } catch (error) {
        outcome = outcomeOf(error, attempt, upstream.effectiveTimeoutMs);
        if (wasTooLarge(error)) factor = TOO_LARGE_FACTOR;
        throw error;
      } finally {
        circuit.done(outcome, sentForMs(attempt), epoch, attempt.weight * factor);
      }
    };
    // The mode may change while the gateway runs.
    return (attempt, question) =>
      settings.breaker.mode === 'off' ? call(attempt, question) : guarded(attempt, question);
  };

/** A call that was never sent says nothing about the upstream, nor does one given up before its timeout. */
function outcomeOf(error: unknown, attempt: Attempt, effectiveTimeoutMs: number): Outcome {
  if (attempt.wasGivenUpBefore(effectiveTimeoutMs)) return 'ignored';
  return error instanceof GatewayError && error.isUpstreamFault ? 'failure' : 'success';
}

/** The upstream's share of the time, without the wait in the bulkhead. */
const sentForMs = ({ sentAt }: Attempt): number => (sentAt === undefined ? 0 : performance.now() - sentAt);
