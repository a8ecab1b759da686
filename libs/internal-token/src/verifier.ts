import { JwtService } from '@nestjs/jwt';
import { CLOCK_SKEW_SECONDS, type InternalCaller, ISSUER } from './caller.ts';
import { INTERNAL_OVERLAP_SECONDS, type InternalTokenKey, keyObject, signsFrom } from './key.ts';

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
  private accepted: readonly { jwt: JwtService; until: number }[] = [];

  /**
   * @param keys a token signed with any of them is accepted, until the tokens have expired that it signed before the next one did
   * @param audience the name of the service
   */
  constructor(
    keys: readonly InternalTokenKey[],
    private readonly audience: string,
  ) {
    this.use(keys);
  }

  /** Accepts the tokens of other keys from now on. */
  use(keys: readonly InternalTokenKey[]): void {
    // In a list of texts none has a time: each is accepted until it is taken out.
    this.accepted = keys.map((key, i) => ({
      jwt: new JwtService({ secret: keyObject(key) }),
      until: ((i > 0 && signsFrom(keys[i - 1]!)) || Infinity) + INTERNAL_OVERLAP_SECONDS * 1_000,
    }));
  }

  /**
   * Verifies a token and returns its caller. The clock of the gateway may be 60 seconds behind; if it is ahead, its tokens last for
   * longer.
   * @param authorization `Bearer …`, from a header or from gRPC metadata
   * @throws {InvalidInternalToken} if it is missing or not valid
   */
  verify(authorization: string | undefined): InternalCaller {
    const token = authorization?.startsWith('Bearer ') ? authorization.slice(7) : undefined;
    if (!token) throw new InvalidInternalToken('the internal token is missing');
    let reason: unknown;
    const now = Date.now();
    for (const { jwt, until } of this.accepted) {
      if (now >= until) continue;
      try {
        return callerIn(jwt.verify<Claims>(token, { ...CHECKS, audience: this.audience }));
      } catch (error) {
        if (!reason || isExpired(error)) reason = error;
      }
    }
    throw new InvalidInternalToken(isExpired(reason) ? expired(reason) : 'the internal token is not valid', {
      cause: reason,
    });
  }
}

const CHECKS = { algorithms: ['HS256' as const], issuer: ISSUER, clockTolerance: CLOCK_SKEW_SECONDS };

const isExpired = (error: unknown): error is Error & { expiredAt: Date } =>
  error instanceof Error && error.name === 'TokenExpiredError';

/** The gateway signs each anew: one that has expired tells of the clocks. */
function expired({ expiredAt }: { expiredAt: Date }): string {
  const seconds = Math.round((Date.now() - expiredAt.getTime()) / 1000);
  return `the internal token expired ${seconds} seconds ago: compare the clocks of the gateway and of this service`;
}

const callerIn = ({ sub, scope }: Claims): InternalCaller => ({
  id: sub,
  scopes: scope.split(' ').filter(Boolean),
});
