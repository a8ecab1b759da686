import type { Verdict } from '#libs/endpoints';
import { GatewayError } from '#libs/errors';

/**
 * Classifies the address of a failed call: unhealthy if it was unreachable or its response invalid, healthy if it
 * refused the caller.
 * @param slowMs a timeout counts only after this time, in milliseconds: clients choose their deadline.
 * Read for each call, since it may change
 */
export const verdictOf =
  (slowMs: () => number) =>
  (error: unknown, durationMs: number): Verdict => {
    if (!(error instanceof GatewayError) || !error.isUpstreamFault) return 'healthy';
    if (error.code !== 'UPSTREAM_TIMEOUT') return 'unhealthy';
    return durationMs >= slowMs() ? 'unhealthy' : 'none';
  };
