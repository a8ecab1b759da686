import { GatewayError, retryAfterHeaders } from '#libs/errors';

/**
 * The error of a token that its issuer alone could tell about, while that cannot be asked. It is not `invalid_token`: apps log
 * their users out at that (RFC 6750, section 3.1).
 * @param retryMs when the issuer is asked again, in milliseconds
 */
export function unchecked(retryMs: number, cause: unknown): GatewayError {
  return new GatewayError('OVERLOADED', {
    source: 'issuers',
    detail: 'The token cannot be checked right now: try again.',
    headers: retryAfterHeaders(retryMs),
    cause,
  });
}
