import { createPublicKey, randomUUID } from 'node:crypto';
import { Config } from '#gateway/config/config';
import type { Caller } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { SigningKey } from './signing-key.ts';

/** How long an access token lives, in seconds. */
export const ACCESS_TOKEN_SECONDS = 900;

const TYPE = 'at+jwt';

interface Claims {
  sub?: string;
  exp?: number;
  scope: string;
}

/** Issues and checks access tokens: JWTs signed with RS256, after RFC 9068 and RFC 8725. */
@Injectable()
export class AccessTokens {
  private readonly publicKey: string;

  constructor(
    private readonly jwt: JwtService,
    private readonly key: SigningKey,
    private readonly config: Config,
  ) {
    this.publicKey = createPublicKey(key.privateKey).export({ type: 'spki', format: 'pem' }) as string;
  }

  /** A token for a user. */
  issue(userId: string, scopes: readonly string[]): string {
    return this.jwt.sign(
      { scope: scopes.join(' ') },
      {
        privateKey: this.key.privateKey,
        algorithm: 'RS256',
        header: { alg: 'RS256', typ: TYPE, kid: this.key.id },
        issuer: this.config.JWT_ISSUER,
        audience: this.config.JWT_AUDIENCE,
        subject: userId,
        jwtid: randomUUID(),
        expiresIn: ACCESS_TOKEN_SECONDS,
      },
    );
  }

  /** Whose token this is; undefined if it is not one of ours, or no longer valid. */
  verify(authorization: string): Caller | undefined {
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization)?.[1];
    if (!token) return undefined;
    try {
      const { header, payload } = this.jwt.verify<{ header: { typ?: string; kid?: string }; payload: Claims }>(
        token,
        {
          publicKey: this.publicKey,
          algorithms: ['RS256'],
          issuer: this.config.JWT_ISSUER,
          audience: this.config.JWT_AUDIENCE,
          complete: true,
        },
      );
      if (header.typ !== TYPE || header.kid !== this.key.id || !payload.sub || !payload.exp) return undefined;
      return { id: payload.sub, scopes: payload.scope.split(' ') };
    } catch {
      return undefined;
    }
  }
}
