import type { Caller } from '#libs/upstream';

/** The time and class of the user's authentication in a token's claims (OpenID Connect Core, section 2), if present. */
export function authenticationIn({
  auth_time: authTime,
  acr,
}: Readonly<Record<string, unknown>>): Pick<Caller, 'authTime' | 'acr'> {
  return {
    ...(typeof authTime === 'number' ? { authTime } : {}),
    ...(typeof acr === 'string' ? { acr } : {}),
  };
}
