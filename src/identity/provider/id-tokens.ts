import type * as Jose from 'jose';
import type { AuthorizationServer } from 'oauth4webapi';

const library = () => import('jose');

/** An unknown key in what anybody may send leads to one question in so long, in milliseconds. */
const COOLDOWN_MS = 1_000;
const TIMEOUT_MS = 3_000;
const OLD_MS = 600_000;
const LEEWAY_SECONDS = 30;
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'];

/** A token that could not be checked, since the keys of its issuer could not be had: it may be good. */
export class UncheckedToken extends Error {
  override readonly name = 'UncheckedToken';
}

/** Checks what the provider signs for this client: ID tokens and logout tokens. */
export class IdTokens {
  private keys: Jose.RemoteJWKSet | undefined;

  /** @param fetchKeys asks for the keys, with the certificates that are trusted */
  constructor(
    private readonly server: AuthorizationServer,
    private readonly clientId: string,
    private readonly fetchKeys: typeof fetch,
  ) {}

  /**
   * The claims of an ID token, which the provider has answered with: where it is signed with a new key, that is asked for at once.
   * @throws {UncheckedToken} where its key cannot be had; whatever else is thrown says that the token is not valid
   */
  idClaimsOf(token: string): Promise<Jose.JWTPayload> {
    return this.claimsOf(token, true);
  }

  /** The same of a logout token, which anybody may have sent. */
  logoutClaimsOf(token: string): Promise<Jose.JWTPayload> {
    return this.claimsOf(token, false);
  }

  private async claimsOf(token: string, mayReload: boolean): Promise<Jose.JWTPayload> {
    const jose = await library();
    const { issuer } = this.server;
    const options = {
      issuer,
      audience: this.clientId,
      clockTolerance: LEEWAY_SECONDS,
      algorithms: ALGORITHMS,
      requiredClaims: ['iat', 'exp'],
    };
    try {
      return await this.verified(jose, token, options, mayReload);
    } catch (cause) {
      if (saysToken(cause)) throw cause;
      throw new UncheckedToken('the keys of the provider cannot be had', { cause });
    }
  }

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
      [jose.customFetch]: this.fetchKeys,
    });
    // Keys that were asked for a moment ago are not asked for again: what is signed with another is not checked then.
    const mayBeOld = this.keys.coolingDown;
    try {
      return (await jose.jwtVerify(token, this.keys, options)).payload;
    } catch (error) {
      if (error instanceof jose.errors.JWKSMultipleMatchingKeys)
        return this.verifiedByOneOf(jose, error, token, options);
      if (!(error instanceof jose.errors.JWKSNoMatchingKey)) throw error;
      if (!mayReload && mayBeOld) throw new UncheckedToken('the keys were asked for a moment ago');
      if (!mayReload) throw error;
      await this.keys.reload();
      return this.verified(jose, token, options, false);
    }
  }

  /** A token without `kid`, and several keys that fit (RFC 7515, appendix D): the one that verifies it is the one. */
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

/** Codes of jose for what is wrong with a token itself. A key that is not there may be a moment later. */
const OF_TOKENS = /^ERR_(JWT|JWS|JOSE_ALG|JOSE_NOT)/;

const saysToken = (error: unknown): boolean => OF_TOKENS.test(String((error as { code?: unknown }).code));
