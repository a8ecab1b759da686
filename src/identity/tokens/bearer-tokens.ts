import { isApiKey } from '#gateway/identity/api-keys/api-key';
import { OutsideIssuers } from '#gateway/identity/issuers/outside-issuers';
import { parseToken } from '#gateway/identity/sessions/secrets';
import { SessionEnds } from '#gateway/identity/sessions/session-ends';
import { SessionStore } from '#gateway/identity/sessions/session-store';
import type { Caller } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import { AccessTokens } from './access-tokens.ts';
import { type Compact, compactIn, MAX_LENGTH } from '#gateway/identity/jwt/compact';
import { hashOf, type Verified, VerifiedTokens } from '#gateway/identity/jwt/verified';

/** The bearer scheme of RFC 6750, section 2.1. */
const BEARER = /^Bearer +([\w.~+/-]+=*)$/i;

/** Verifies access tokens, of this gateway or of an outside issuer. */
@Injectable()
export class BearerTokens {
  private cache = new VerifiedTokens();
  private cacheGeneration = 0;
  private readonly introspected = new WeakMap<Caller, string>();

  constructor(
    private readonly accessTokens: AccessTokens,
    private readonly outside: OutsideIssuers,
    private readonly ends: SessionEnds,
    private readonly sessions: SessionStore,
  ) {}

  /**
   * The caller of the bearer token in an `Authorization` header (RFC 6750); undefined if it is not valid, or bound to a key
   * (RFC 9449, section 7.2). Synchronous, unless an outside issuer must be asked for its keys or about the token.
   * @throws {GatewayError} OVERLOADED if that issuer cannot be reached, or the sessions if the token may be of one, as a rejection
   */
  callerOf(authorization: string): Caller | undefined | Promise<Caller | undefined> {
    const token = BEARER.exec(authorization)?.[1];
    if (token === undefined) return undefined;
    const verified = this.verified(token);
    return verified instanceof Promise ? verified.then(unbound) : unbound(verified);
  }

  /** Verifies an access token, bound or not; undefined if it is not valid. Synchronous and throwing like `callerOf`. */
  verified(token: string): Verified | undefined | Promise<Verified | undefined> {
    // An API key must not be shown to an issuer, which would introspect it.
    if (token.length > MAX_LENGTH || isApiKey(token)) return undefined;
    const { generation } = this;
    if (this.cacheGeneration !== generation) {
      this.cacheGeneration = generation;
      this.cache = new VerifiedTokens();
    }
    const hash = hashOf(token);
    const cached = this.cache.get(hash);
    if (cached) return this.unlessEnded(cached);
    const compact = compactIn(token);
    const verified =
      compact && this.accessTokens.isOwnIssuer(compact)
        ? this.accessTokens.verify(token, compact)
        : this.verifiedOutside(token, compact);
    if (verified instanceof Promise)
      return verified.then((found) => this.cacheVerified(token, hash, found, generation));
    return this.cacheVerified(token, hash, verified, generation);
  }

  /** The token that authenticated a caller, if it must be introspected again; undefined for others. */
  introspectedOf(caller: Caller): string | undefined {
    return this.introspected.get(caller);
  }

  /** Changes with what tokens are verified by: our keys, and the outside issuers. */
  private get generation(): number {
    return this.accessTokens.generation + this.outside.generation;
  }

  private cacheVerified(
    token: string,
    hash: string,
    verified: Verified | undefined,
    generation: number,
  ): Verified | undefined {
    // Issuers that have changed meanwhile decide about the next request.
    if (!verified) return undefined;
    const entry = { ...verified, hash, caller: { ...verified.caller, expiresAt: verified.expiresAt } };
    if (entry.checkAt !== undefined) this.introspected.set(entry.caller, token);
    if (generation === this.generation) this.cache.set(hash, entry);
    return this.unlessEnded(entry);
  }

  /** A refresh token, or the value of a cookie, must not be shown to an issuer either; its opaque tokens may look alike. */
  private verifiedOutside(
    token: string,
    compact: Compact | undefined,
  ): Verified | undefined | Promise<Verified | undefined> {
    const parsed = this.outside.introspectsOpaque && !compact ? parseToken(token) : undefined;
    if (!parsed) return this.outside.verify(token, compact);
    return this.sessions
      .get(parsed.sessionId)
      .then((session) => (session ? undefined : this.outside.verify(token, compact)));
  }

  private unlessEnded(verified: Verified): Verified | undefined {
    const { sessionId } = verified.caller;
    return sessionId !== undefined && this.ends.has(sessionId) ? undefined : verified;
  }
}

const unbound = (verified: Verified | undefined): Caller | undefined =>
  verified?.thumbprint === undefined ? verified?.caller : undefined;
