import type { Verdict } from '#libs/endpoints';
import { GatewayError } from '#libs/errors';

/**
 * The verdict of a failed call on its address: unwell if it was unreachable or its answer unusable, well if it
 * refused a caller.
 * @param slowMs an abandoned call counts only after this time, in milliseconds: clients choose their deadline. Read for
 * each verdict, since it may change
 */
export const verdictOf =
  (slowMs: () => number) =>
  (error: unknown, durationMs: number): Verdict => {
    if (!(error instanceof GatewayError) || !error.isUpstreamFault) return 'well';
    if (error.code !== 'UPSTREAM_TIMEOUT') return 'unwell';
    return durationMs >= slowMs() ? 'unwell' : 'none';
  };
