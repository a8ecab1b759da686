import type { ScopeSource } from '#gateway/config/oidc';
import type { IssuerSettings } from '#gateway/config/issuers-file';
import { claimAt, type Claims, wordsIn } from '#gateway/identity/issuers/claims';
import { compactIn } from '#gateway/identity/jwt/compact';

/** The sources of a user's scopes in a provider's response. */
export interface ClaimSources {
  idToken?: Claims | undefined;
  accessToken: string;
  /**
   * The `scope` of the token response. At a login without it, the requested scope (RFC 6749, section 5.1); at a renewal,
   * undefined.
   */
  scope: string | undefined;
  /** Fetches the claims of the UserInfo endpoint. */
  userInfo(): Promise<Claims>;
}

/** The scopes granted here, and their source. */
export interface Rights {
  scopes: string[];
  source: ScopeSource;
}

/**
 * Maps the claims of the first source that has any of them to scopes, by `ISSUERS_FILE`.
 * @returns undefined if no source has them
 */
export async function rightsIn(
  claimSources: ClaimSources,
  sources: readonly ScopeSource[],
  { scopeClaim, scopes }: Pick<IssuerSettings, 'scopeClaim' | 'scopes'>,
): Promise<Rights | undefined> {
  for (const source of sources) {
    const values = await valuesIn(claimSources, source, scopeClaim);
    const words = values.map(wordsIn).filter((one) => one !== undefined);
    if (!words.length) continue;
    const theirs = words.flat().flatMap((word) => (Object.hasOwn(scopes, word) ? scopes[word]! : []));
    return { scopes: [...new Set(theirs)], source };
  }
  return undefined;
}

/** The values of these claims in a source; the scope of the token response counts as one unnamed claim. */
async function valuesIn(
  claimSources: ClaimSources,
  source: ScopeSource,
  names: readonly string[],
): Promise<unknown[]> {
  if (source === 'token_response') return [claimSources.scope];
  const claims = await claimsIn(claimSources, source);
  return names.map((name) => claims && claimAt(claims, name));
}

function claimsIn(
  claimSources: ClaimSources,
  source: Exclude<ScopeSource, 'token_response'>,
): Claims | undefined | Promise<Claims> {
  switch (source) {
    case 'id_token':
      return claimSources.idToken;
    case 'access_token':
      // It needs no verification: it comes from the provider itself, and is read only for its own user.
      return compactIn(claimSources.accessToken)?.payload;
    case 'userinfo':
      return claimSources.userInfo();
  }
}
