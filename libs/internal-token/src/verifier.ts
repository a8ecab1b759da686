import { JwtService } from '@nestjs/jwt';
import { type InternalCaller, ISSUER } from './caller.ts';
import { keyObject } from './key.ts';

/** The internal token is missing, or not valid for this service. */
export class InvalidInternalToken extends Error {
  override readonly name = 'InvalidInternalToken';
}

interface Claims {
  sub?: string;
  scope: string;
}

/** Verifies the tokens of `InternalTokenSigner`, for one service. */
export class InternalTokenVerifier {
  private readonly jwts: readonly JwtService[];

  /**
   * @param keys a token signed with any of them is accepted
   * @param audience the name of the service
   */
  constructor(
    keys: readonly string[],
    private readonly audience: string,
  ) {
    this.jwts = keys.map((key) => new JwtService({ secret: keyObject(key) }));
  }

  /**
   * Verifies a token and returns its caller.
   * @param authorization `Bearer …`, from a header or from gRPC metadata
   * @throws {InvalidInternalToken} if it is missing or not valid
   */
  verify(authorization: string | undefined): InternalCaller {
    const token = authorization?.startsWith('Bearer ') ? authorization.slice(7) : undefined;
    if (!token) throw new InvalidInternalToken('the internal token is missing');
    let reason: unknown;
    for (const jwt of this.jwts) {
      try {
        return callerIn(
          jwt.verify<Claims>(token, { algorithms: ['HS256'], audience: this.audience, issuer: ISSUER }),
        );
      } catch (error) {
        reason ??= error;
      }
    }
    throw new InvalidInternalToken('the internal token is not valid', { cause: reason });
  }
}

const callerIn = ({ sub, scope }: Claims): InternalCaller => ({
  id: sub,
  scopes: scope.split(' ').filter(Boolean),
});
