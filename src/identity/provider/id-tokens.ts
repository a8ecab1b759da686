import { isMissing, withoutNulls } from '#gateway/identity/issuers/claims';
import { SIGNATURE_ALGORITHMS } from '#gateway/identity/jwt/signatures';
import type * as Jose from 'jose';
import type { AuthorizationServer } from 'oauth4webapi';
import { withoutNullMembers } from './null-claims.ts';

const library = () => import('jose');

/** The minimum interval between key fetches that unverified tokens with unknown keys trigger, in milliseconds. */
const COOLDOWN_MS = 1_000;
const TIMEOUT_MS = 3_000;
const OLD_MS = 600_000;
const LEEWAY_SECONDS = 30;
/** Logout tokens had no expiry before Back-Channel Logout 1.0 was final: their age is checked instead. */
const REQUIRED_CLAIMS = { id: ['iat', 'exp'], logout: ['iat'] };

/** A token that could not be verified because its issuer's keys could not be fetched. It may be valid. */
export class UncheckedToken extends Error {
  override readonly name = 'UncheckedToken';
}

/** Verifies tokens that the provider signs for this client: ID tokens and logout tokens. */
export class IdTokens {
  private keys: Jose.RemoteJWKSet | undefined;

  /** @param fetchKeys fetches the keys, over connections with the trusted certificates */
  constructor(
    private readonly server: AuthorizationServer,
    private readonly clientId: string,
    private readonly fetchKeys: typeof fetch,
  ) {}

  /**
   * The verified claims of an ID token from the provider's response. An unknown key triggers a fetch at once.
   * @throws {UncheckedToken} if its key cannot be fetched; any other error means that the token is not valid
   */
  idClaimsOf(token: string): Promise<Jose.JWTPayload> {
    return this.claimsOf(token, 'id');
  }

  /** The verified claims of a logout token, which anybody may have sent, so that key fetches are limited. */
  logoutClaimsOf(token: string): Promise<Jose.JWTPayload> {
    return this.claimsOf(token, 'logout');
  }

  private async claimsOf(token: string, kind: keyof typeof REQUIRED_CLAIMS): Promise<Jose.JWTPayload> {
    const jose = await library();
    const { issuer } = this.server;
    const options = {
      issuer,
      audience: this.clientId,
      clockTolerance: LEEWAY_SECONDS,
      algorithms: SIGNATURE_ALGORITHMS,
      requiredClaims: REQUIRED_CLAIMS[kind],
    };
    try {
      return await this.verified(jose, token, options, kind === 'id');
    } catch (cause) {
      if (cause instanceof jose.errors.JWTClaimValidationFailed) return claimsDespiteNulls(jose, cause, options);
      if (isTokenError(cause)) throw cause;
      throw new UncheckedToken('the keys of the provider cannot be fetched', { cause });
    }
  }

  /** A key that does not fit may be older than the token: it may have the id of the one before, or neither has one. */
  private async verified(
    jose: typeof Jose,
    token: string,
    options: Jose.JWTVerifyOptions,
    mayReload: boolean,
  ): Promise<Jose.JWTPayload> {
    this.keys ??= jose.createRemoteJWKSet(new URL(this.server.jwks_uri!), {
      cooldownDuration: COOLDOWN_MS,
      timeoutDuration: TIMEOUT_MS,
      cacheMaxAge: OLD_MS,
      [jose.customFetch]: withoutNullMembers(this.fetchKeys),
    });
    // Recently fetched keys are not fetched again, so that a token with a newer key cannot be verified yet.
    const mayBeOld = this.keys.coolingDown;
    try {
      return await this.verifiedOnce(jose, this.keys, token, options);
    } catch (error) {
      const isUnknown = error instanceof jose.errors.JWKSNoMatchingKey;
      if (!isUnknown && !(error instanceof jose.errors.JWSSignatureVerificationFailed)) throw error;
      if (!mayReload && isUnknown && mayBeOld) throw new UncheckedToken('the keys were fetched recently');
      if (!mayReload && this.keys.coolingDown) throw error;
    }
    await this.keys.reload();
    return this.verifiedOnce(jose, this.keys, token, options);
  }

  private async verifiedOnce(
    jose: typeof Jose,
    keys: Jose.RemoteJWKSet,
    token: string,
    options: Jose.JWTVerifyOptions,
  ): Promise<Jose.JWTPayload> {
    try {
      return (await jose.jwtVerify(token, orUnnamed(jose, keys), options)).payload;
    } catch (error) {
      if (!(error instanceof jose.errors.JWKSMultipleMatchingKeys)) throw error;
      return this.verifiedByOneOf(jose, error, token, options);
    }
  }

  /** Tries each key that fits, for a token without `kid` (RFC 7515, appendix D). */
  private async verifiedByOneOf(
    jose: typeof Jose,
    keys: AsyncIterable<Jose.CryptoKey> & Error,
    token: string,
    options: Jose.JWTVerifyOptions,
  ): Promise<Jose.JWTPayload> {
    for await (const key of keys) {
      try {
        return (await jose.jwtVerify(token, key, options)).payload;
      } catch (error) {
        if (!(error instanceof jose.errors.JWSSignatureVerificationFailed)) throw error;
      }
    }
    throw new jose.errors.JWSSignatureVerificationFailed();
  }
}

/** The claims of a token whose signature is verified, if they are valid once those that are null are left out. */
function claimsDespiteNulls(
  jose: typeof Jose,
  error: Jose.errors.JWTClaimValidationFailed,
  options: Jose.JWTClaimVerificationOptions,
): Jose.JWTPayload {
  const claims = withoutNulls(error.payload);
  if (Object.keys(claims).length === Object.keys(error.payload).length) throw error;
  return jose.UnsecuredJWT.decode(new jose.UnsecuredJWT(claims).encode(), options).payload;
}

/** Finds the key of a token: that with its `kid`, else one of those that are published without. */
function orUnnamed(jose: typeof Jose, keys: Jose.RemoteJWKSet): Jose.JWTVerifyGetKey {
  return async (given, token) => {
    const header = isMissing(given.kid) ? { ...given, kid: undefined } : given;
    try {
      return await keys(header, token);
    } catch (error) {
      const unnamed = keys.jwks()?.keys.filter(({ kid }) => kid === undefined) ?? [];
      if (!(error instanceof jose.errors.JWKSNoMatchingKey) || !unnamed.length) throw error;
      return jose.createLocalJWKSet({ keys: unnamed })({ ...header, kid: undefined }, token);
    }
  };
}

/** Error codes of jose for an invalid token. A missing key is none of them: it may be published a moment later. */
const OF_TOKENS = /^ERR_(JWT|JWS|JOSE_ALG|JOSE_NOT)/;

const isTokenError = (error: unknown): boolean => OF_TOKENS.test(String((error as { code?: unknown }).code));
