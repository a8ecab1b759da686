import { type ErrorCode, GatewayError } from '#libs/errors';
import type { Degraded } from '#libs/upstream';

const reasons: Partial<Record<ErrorCode, Degraded['reason']>> = {
  UPSTREAM_UNAVAILABLE: 'UNAVAILABLE',
  UPSTREAM_TIMEOUT: 'TIMEOUT',
  CIRCUIT_OPEN: 'UNAVAILABLE',
  OVERLOADED: 'OVERLOADED',
};

/**
 * The degraded reason of an error, for clients; undefined for an error that must not be hidden: an internal error, or a
 * client error that is reported field by field.
 */
export function reasonOf(error: unknown): Degraded['reason'] | undefined {
  if (!(error instanceof GatewayError) || error.code === 'INTERNAL' || error.errors) return undefined;
  // A service that says it cannot answer now, for example without its database.
  if (error.code === 'OVERLOADED' && error.isUpstreamFault) return 'UNAVAILABLE';
  return reasons[error.code] ?? 'BAD_RESPONSE';
}
