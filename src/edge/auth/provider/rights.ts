import type { ScopeSource } from '#gateway/config/oidc';
import type { IssuerSettings } from '#gateway/config/issuers-file';
import { compactIn } from '#gateway/edge/auth/tokens/compact';

type Claims = Record<string, unknown>;

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
  { scopeClaim, scopes }: IssuerSettings,
): Promise<Rights | undefined> {
  for (const source of sources) {
    const words = wordsIn(source === 'token_response' ? said.scope : await claimIn(said, source, scopeClaim));
    if (!words) continue;
    const theirs = words.flatMap((word) => (Object.hasOwn(scopes, word) ? scopes[word]! : []));
    return { scopes: [...new Set(theirs)], source };
  }
  return undefined;
}

async function claimIn(said: Said, source: ScopeSource, name: string): Promise<unknown> {
  switch (source) {
    case 'id_token':
      return claimAt(said.idToken, name);
    case 'access_token':
      // It comes from the provider itself, over its own connection, and is read for the user it was issued for alone.
      return claimAt(compactIn(said.accessToken)?.payload, name);
    case 'userinfo':
      return claimAt(await said.userInfo(), name);
    case 'token_response':
      return said.scope;
  }
}

/** A claim by its name, which may have dots in it, or by a path: `realm_access.roles`. */
export function claimAt(claims: Claims | undefined, name: string): unknown {
  if (claims === undefined || Object.hasOwn(claims, name)) return claims?.[name];
  return name
    .split('.')
    .reduce<unknown>(
      (value, key) => (isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined),
      claims,
    );
}

const isRecord = (value: unknown): value is Claims => typeof value === 'object' && value !== null;

function wordsIn(value: unknown): string[] | undefined {
  if (Array.isArray(value)) return value.map(String);
  return typeof value === 'string' ? value.split(' ').filter(Boolean) : undefined;
}
