import { GatewayError } from '#libs/errors';
import type { Caller } from '#libs/upstream';
import type { LoginRequirement } from '#gateway/declare/access';

/** The accepted clock skew of issuers, in seconds. */
const LEEWAY_SECONDS = 30;

/**
 * Requires a recent and strong enough authentication (RFC 9470). An unknown time or class does not suffice: the client logs
 * in again and retries with the new token.
 * @param scheme of the caller's token
 * @throws {GatewayError} STEP_UP_REQUIRED
 */
export function requireRecentLogin(
  { authTime, acr }: Caller,
  requirement: LoginRequirement,
  scheme: 'Bearer' | 'DPoP',
): void {
  const { maxAgeSeconds, acrValues } = requirement;
  const ageSeconds = Date.now() / 1000 - (authTime ?? -Infinity);
  const isRecent = ageSeconds <= maxAgeSeconds && ageSeconds >= -LEEWAY_SECONDS;
  const isStrong = !acrValues || (acr !== undefined && acrValues.includes(acr));
  if (isRecent && isStrong) return;
  const parameters = [
    'error="insufficient_user_authentication"',
    `error_description="${isRecent ? 'A stronger' : 'A more recent'} authentication is required"`,
    `max_age="${maxAgeSeconds}"`,
    ...(acrValues ? [`acr_values="${acrValues.join(' ')}"`] : []),
  ];
  throw new GatewayError('STEP_UP_REQUIRED', {
    detail: isRecent
      ? 'This needs a stronger login.'
      : `This needs a login within the last ${maxAgeSeconds} seconds: log in again.`,
    headers: { 'www-authenticate': `${scheme} ${parameters.join(', ')}` },
  });
}
