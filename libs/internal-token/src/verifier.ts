import { JwtService } from '@nestjs/jwt';
import { type InternalCaller, ISSUER } from './caller.ts';

/** There is no internal token, or it is not for this service. */
export class InvalidInternalToken extends Error {
  override readonly name = 'InvalidInternalToken';
}

/** Checks the tokens of `InternalTokenSigner`, for one service. */
export class InternalTokenVerifier {
  private readonly jwt: JwtService;

  /** @param audience the name of the service */
  constructor(
    key: string,
    private readonly audience: string,
  ) {
    this.jwt = new JwtService({ secret: key });
  }

  /**
   * Reads who the call is made for.
   * @param authorization `Bearer …`, from a header or from gRPC metadata
   * @throws {InvalidInternalToken}
   */
  verify(authorization: string | undefined): InternalCaller {
    const token = authorization?.startsWith('Bearer ') ? authorization.slice(7) : undefined;
    if (!token) throw new InvalidInternalToken('there is no internal token');
    try {
      const { sub, scope } = this.jwt.verify<{ sub?: string; scope: string }>(token, {
        algorithms: ['HS256'],
        audience: this.audience,
        issuer: ISSUER,
      });
      return { id: sub, scopes: scope.split(' ').filter(Boolean) };
    } catch (error) {
      throw new InvalidInternalToken('the internal token is not valid', { cause: error });
    }
  }
}
