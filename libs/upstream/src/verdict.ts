import type { Verdict } from '#libs/endpoints';
import { GatewayError } from '#libs/errors';

/**
 * What a failed call says about the address it went to: it is unwell where it cannot be reached or answers nonsense, and
 * well where it refuses a caller.
 * @param slowMs a call that was given up sooner says nothing: clients choose their deadline
 */
export const verdictOf =
  (slowMs: number) =>
  (error: unknown, durationMs: number): Verdict => {
    if (!(error instanceof GatewayError) || !error.isUpstreamFault) return 'well';
    if (error.code !== 'UPSTREAM_TIMEOUT') return 'unwell';
    return durationMs >= slowMs ? 'unwell' : 'none';
  };
