import { GatewayError } from '#libs/errors';
import type { Logger } from '#libs/observe';
import type { TryRecord } from '#libs/upstream';

/** Outcomes that only metrics count: a flood of log lines would add nothing. */
const QUIET = new Set(['OK', 'CANCELLED', 'CIRCUIT_OPEN']);

/** Logs every failed upstream try that the client did not cause, with the upstream's response, which clients never see. */
export function logFailures(logger: Logger) {
  return (record: TryRecord, error?: unknown): void => {
    if (QUIET.has(record.outcome) || (error instanceof GatewayError && error.status < 500)) return;
    const { durationMs, queueMs, ...others } = record;
    const line = { ...others, durationMs: tenths(durationMs), queueMs: tenths(queueMs), err: error };
    logger.warn(line, 'upstream call failed');
  };
}

const tenths = (durationMs: number): number => Math.round(durationMs * 10) / 10;
