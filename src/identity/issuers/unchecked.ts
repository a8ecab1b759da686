import { GatewayError } from '#libs/errors';

/**
 * The error for a token that only its issuer can verify, while the issuer is unreachable. It is not `invalid_token`, at
 * which apps log their users out (RFC 6750, section 3.1).
 * @param retryMs the time until the issuer is tried again, in milliseconds
 */
export function unchecked(retryMs: number, cause: unknown): GatewayError {
  return new GatewayError('OVERLOADED', {
    source: 'issuers',
    detail: 'The token cannot be checked right now: try again.',
    retryAfterMs: retryMs,
    cause,
  });
}
