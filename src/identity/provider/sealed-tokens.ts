import type { ScopeSource } from '#gateway/config/oidc';
import type { DpopKey } from './dpop-proofs.ts';

/** The provider's tokens of a session, stored encrypted with its cookie. */
export interface ProviderTokens {
  refreshToken?: string | undefined;
  /** The latest ID token, which names the session in a logout request (RP-Initiated Logout 1.0). */
  idToken?: string | undefined;
  /** The source of the current scopes. */
  source?: ScopeSource | undefined;
  /** The key that they are bound to (RFC 9449). */
  dpopKey?: DpopKey | undefined;
}

/** Serializes tokens for encryption. */
export const sealedTokens = (tokens: ProviderTokens): string => JSON.stringify(tokens);

/** Parses serialized tokens. Sessions of earlier versions have only a refresh token. */
export function tokensIn(secret: string | undefined): ProviderTokens {
  if (secret === undefined) return {};
  return secret.startsWith('{') ? (JSON.parse(secret) as ProviderTokens) : { refreshToken: secret };
}
