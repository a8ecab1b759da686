import type { IssuerSettings } from '#gateway/config/issuers-file';
import { authenticationIn } from '#gateway/identity/jwt/authentication';
import type { Caller } from '#libs/upstream';

export type Claims = Readonly<Record<string, unknown>>;

/** A user id: visible ASCII, with the bounds of `sub` in OpenID Connect Core (section 2). */
const USER_ID = /^[\x21-\x7e]{1,255}$/;

/** A claim by its name, else by a dotted path, for example `realm_access.roles`. */
export function claimAt(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let at: unknown = claims;
  for (const part of name.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return undefined;
    at = (at as Claims)[part];
  }
  return at;
}

/** The caller that these claims identify, with the scopes granted here; undefined without a user id. */
export function callerIn(
  claims: Claims,
  { userIdClaim, scopeClaim, scopes }: Pick<IssuerSettings, 'userIdClaim' | 'scopeClaim' | 'scopes'>,
): Caller | undefined {
  const named = claimAt(claims, userIdClaim);
  // Issuers whose users have numbers write them as such.
  const id = Number.isSafeInteger(named) ? String(named) : named;
  if (typeof id !== 'string' || !USER_ID.test(id)) return undefined;
  const words = scopeClaim.flatMap((name) => wordsIn(claimAt(claims, name)) ?? []);
  const allowed = words.flatMap((word) => (Object.hasOwn(scopes, word) ? scopes[word]! : []));
  return { id, scopes: [...new Set(allowed)], ...authenticationIn(claims) };
}

/** Whether a claim or parameter is missing: many serializers write null for that. */
export const isMissing = (value: unknown): value is undefined | null => value === undefined || value === null;

/** These members without those that are missing. */
export const withoutNulls = (members: Claims): Claims =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => !isMissing(value)));

/** Whether claims are for an audience (RFC 7519, section 4.1.3); undefined if they name none. */
export function isFor(
  claims: Claims,
  { audience, audienceClaim }: Pick<IssuerSettings, 'audience' | 'audienceClaim'>,
): boolean | undefined {
  const named = claimAt(claims, audienceClaim);
  if (isMissing(named)) return undefined;
  return Array.isArray(named) ? named.includes(audience) : named === audience;
}

/** The strings in a claim: a list as it is, a string split at spaces (RFC 6749, section 3.3); undefined for other types. */
export function wordsIn(claim: unknown): string[] | undefined {
  if (Array.isArray(claim)) return claim.filter((word) => typeof word === 'string');
  return typeof claim === 'string' ? claim.split(' ').filter(Boolean) : undefined;
}
