import type { Caller } from '#libs/upstream';

/** When and how the user of a token has proved who they are (OpenID Connect Core, section 2), as far as it says so. */
export function authenticationIn({
  auth_time: authTime,
  acr,
}: Readonly<Record<string, unknown>>): Pick<Caller, 'authTime' | 'acr'> {
  return {
    ...(typeof authTime === 'number' ? { authTime } : {}),
    ...(typeof acr === 'string' ? { acr } : {}),
  };
}
