import type { Verdict } from '#libs/endpoints';
import { GatewayError } from '#libs/errors';

/** What says that an address is unwell: it cannot be reached, or answers nonsense. */
const UNWELL = new Set(['UPSTREAM_UNAVAILABLE', 'UPSTREAM_BAD_RESPONSE']);

/**
 * What a failed call says about the address it went to.
 * @param slowMs a call that was given up sooner says nothing: clients choose their deadline
 */
export const verdictOf =
  (slowMs: number) =>
  (error: unknown, durationMs: number): Verdict => {
    if (!(error instanceof GatewayError)) return 'well';
    if (UNWELL.has(error.code)) return 'unwell';
    if (error.code !== 'UPSTREAM_TIMEOUT') return 'well';
    return durationMs >= slowMs ? 'unwell' : 'none';
  };
