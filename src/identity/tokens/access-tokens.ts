import { randomUUID } from 'node:crypto';
import { Config } from '#gateway/config/config';
import { ACCESS_TOKEN_SECONDS } from '#gateway/identity/keys/access-token-life';
import { KeySet } from '#gateway/identity/keys/key-set';
import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { authenticationIn } from '#gateway/identity/jwt/authentication';
import type { Compact } from '#gateway/identity/jwt/compact';
import { bindingOf } from '#gateway/identity/jwt/confirmation';
import type { Verified } from '#gateway/identity/jwt/verified';

const TYPE = 'at+jwt';

/** The content of a new token: its user and scopes. */
export interface Grant {
  userId: string;
  scopes: readonly string[];
  /** The session that the token belongs to and ends with. */
  sessionId: string;
  /** When the user logged in, in seconds since 1970. */
  authTime: number;
  /** The thumbprint of the key that it is bound to (RFC 9449); undefined for a bearer token. */
  thumbprint?: string | undefined;
}

/** Issues and verifies the gateway's own access tokens: JWTs by RFC 9068 and RFC 8725, signed with the current key. */
@Injectable()
export class AccessTokens {
  constructor(
    private readonly jwt: JwtService,
    private readonly keys: KeySet,
    private readonly config: Config,
  ) {}

  /** Issues a token for a user. */
  issue({ userId, scopes, sessionId, authTime, thumbprint }: Grant): string {
    const { algorithm, id, privateKey } = this.keys.current;
    return this.jwt.sign(
      {
        // RFC 9068 requires it (section 2.2). Apps log in as no clients of their own.
        client_id: this.config.JWT_AUDIENCE,
        scope: scopes.join(' '),
        sid: sessionId,
        auth_time: authTime,
        ...(thumbprint === undefined ? {} : { cnf: { jkt: thumbprint } }),
      },
      {
        privateKey,
        algorithm,
        header: { alg: algorithm, typ: TYPE, kid: id },
        issuer: this.config.JWT_ISSUER,
        audience: this.config.JWT_AUDIENCE,
        subject: userId,
        jwtid: randomUUID(),
        expiresIn: ACCESS_TOKEN_SECONDS,
      },
    );
  }

  /** Changes with the keys: what was verified before has to be verified again. */
  get generation(): number {
    return this.keys.generation;
  }

  /** Whether a token names this gateway as its issuer, verified or not. */
  isOwnIssuer({ payload }: Compact): boolean {
    return payload['iss'] === this.config.JWT_ISSUER;
  }

  /** Verifies a token; undefined if it is not one of this gateway's, or not valid. */
  verify(token: string, { header }: Compact): Verified | undefined {
    const key = this.keys.withId(header['kid']);
    if (!key || header['alg'] !== key.algorithm || header['typ'] !== TYPE || 'crit' in header) return undefined;
    try {
      const claims = this.jwt.verify<Record<string, unknown>>(token, {
        publicKey: key.key as never,
        algorithms: [key.algorithm],
        issuer: this.config.JWT_ISSUER,
        audience: this.config.JWT_AUDIENCE,
      });
      const { sub, exp, scope, sid } = claims;
      const binding = bindingOf(claims);
      const isWhole = [sub, scope, sid].every((claim) => typeof claim === 'string') && typeof exp === 'number';
      if (!isWhole || !sub || !binding) return undefined;
      const scopes = (scope as string).split(' ').filter(Boolean);
      return {
        caller: { id: sub as string, scopes, sessionId: sid as string, ...authenticationIn(claims) },
        expiresAt: (exp as number) * 1000,
        thumbprint: binding.thumbprint,
      };
    } catch {
      return undefined;
    }
  }
}
