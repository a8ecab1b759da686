import type { ScopeSource } from '#gateway/config/oidc';
import type { IssuerSettings } from '#gateway/config/issuers-file';
import { claimAt, type Claims, wordsIn } from '#gateway/identity/issuers/claims';
import { compactIn } from '#gateway/identity/jwt/compact';

/** What a provider has said of a user, as far as it has. */
export interface Said {
  idToken?: Claims | undefined;
  accessToken: string;
  /** `scope` of the token response. At a login without it, what was asked for (RFC 6749, section 5.1); at a renewal, undefined. */
  scope: string | undefined;
  /** Asks the UserInfo endpoint. */
  userInfo(): Promise<Claims>;
}

/** What a user may do here, and which source said so. */
export interface Rights {
  scopes: string[];
  source: ScopeSource;
}

/**
 * What a user may do here: the words of the first source that has the claim, each for the scopes that `ISSUERS_FILE` gives it.
 * @returns undefined where no source has it
 */
export async function rightsIn(
  said: Said,
  sources: readonly ScopeSource[],
  { scopeClaim, scopes }: Pick<IssuerSettings, 'scopeClaim' | 'scopes'>,
): Promise<Rights | undefined> {
  for (const source of sources) {
    const values = await valuesIn(said, source, scopeClaim);
    const words = values.map(wordsIn).filter((one) => one !== undefined);
    if (!words.length) continue;
    const theirs = words.flat().flatMap((word) => (Object.hasOwn(scopes, word) ? scopes[word]! : []));
    return { scopes: [...new Set(theirs)], source };
  }
  return undefined;
}

/** The claims of these names in a source; the scope of the token response is one without a name. */
async function valuesIn(said: Said, source: ScopeSource, names: readonly string[]): Promise<unknown[]> {
  if (source === 'token_response') return [said.scope];
  const claims = await claimsIn(said, source);
  return names.map((name) => claims && claimAt(claims, name));
}

function claimsIn(
  said: Said,
  source: Exclude<ScopeSource, 'token_response'>,
): Claims | undefined | Promise<Claims> {
  switch (source) {
    case 'id_token':
      return said.idToken;
    case 'access_token':
      // It comes from the provider itself, over its own connection, and is read for the user it was issued for alone.
      return compactIn(said.accessToken)?.payload;
    case 'userinfo':
      return said.userInfo();
  }
}
