import type { ScopeSource } from '#gateway/config/oidc';
import type { DpopKey } from './dpop-proofs.ts';

/** The provider's tokens of a session, which are kept sealed under its cookie. */
export interface ProviderTokens {
  refreshToken?: string | undefined;
  /** The latest ID token: it says to the provider whose session ends (RP-Initiated Logout 1.0). */
  idToken?: string | undefined;
  /** Which source has decided what the user may do. */
  source?: ScopeSource | undefined;
  /** The key that they are bound to (RFC 9449). */
  dpopKey?: DpopKey | undefined;
}

/** Tokens as text, to be sealed. */
export const sealedTokens = (tokens: ProviderTokens): string => JSON.stringify(tokens);

/** The same again. Sessions that earlier versions opened have a refresh token alone. */
export function tokensIn(secret: string | undefined): ProviderTokens {
  if (secret === undefined) return {};
  return secret.startsWith('{') ? (JSON.parse(secret) as ProviderTokens) : { refreshToken: secret };
}
