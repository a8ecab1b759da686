import { GatewayError } from '#libs/errors';
import type { Logger } from '#libs/observe';
import type { OnTry } from '#libs/upstream';

/** What is told in numbers alone: a flood of lines would not say more. */
const QUIET = new Set(['OK', 'CANCELLED', 'CIRCUIT_OPEN']);

/** Logs each try that failed through no fault of the client's, with what the upstream said: clients are not told. */
export function logFailures(logger: Logger): OnTry {
  return (record, error) => {
    if (QUIET.has(record.outcome) || (error instanceof GatewayError && error.status < 500)) return;
    const { durationMs, queueMs, ...others } = record;
    const line = { ...others, durationMs: tenths(durationMs), queueMs: tenths(queueMs), err: error };
    logger.warn(line, 'upstream call failed');
  };
}

const tenths = (durationMs: number): number => Math.round(durationMs * 10) / 10;
