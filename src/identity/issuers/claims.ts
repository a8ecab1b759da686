import type { IssuerSettings } from '#gateway/config/issuers-file';
import { authenticationIn } from '#gateway/identity/jwt/authentication';
import type { Caller } from '#libs/upstream';

export type Claims = Readonly<Record<string, unknown>>;

/** An id of a user: visible ASCII, as OpenID Connect Core (section 2) bounds `sub`. */
const USER_ID = /^[\x21-\x7e]{1,255}$/;

/** A claim by its name; where there is none, by a path with dots, for example `realm_access.roles`. */
export function claimAt(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let at: unknown = claims;
  for (const part of name.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return undefined;
    at = (at as Claims)[part];
  }
  return at;
}

/** For whom these claims are, and what they may do here; undefined for nobody. */
export function callerIn(
  claims: Claims,
  { userIdClaim, scopeClaim, scopes }: Pick<IssuerSettings, 'userIdClaim' | 'scopeClaim' | 'scopes'>,
): Caller | undefined {
  const id = claimAt(claims, userIdClaim);
  if (typeof id !== 'string' || !USER_ID.test(id)) return undefined;
  const words = scopeClaim.flatMap((name) => wordsIn(claimAt(claims, name)) ?? []);
  const allowed = words.flatMap((word) => (Object.hasOwn(scopes, word) ? scopes[word]! : []));
  return { id, scopes: [...new Set(allowed)], ...authenticationIn(claims) };
}

/** Whether claims are for an audience (RFC 7519, section 4.1.3); undefined where they name none. */
export function isFor(
  claims: Claims,
  { audience, audienceClaim }: Pick<IssuerSettings, 'audience' | 'audienceClaim'>,
): boolean | undefined {
  const named = claimAt(claims, audienceClaim);
  if (named === undefined) return undefined;
  return Array.isArray(named) ? named.includes(audience) : named === audience;
}

/** A list as it is; a text as words with spaces between them (RFC 6749, section 3.3); undefined for all else. */
export function wordsIn(claim: unknown): string[] | undefined {
  if (Array.isArray(claim)) return claim.filter((word) => typeof word === 'string');
  return typeof claim === 'string' ? claim.split(' ').filter(Boolean) : undefined;
}
