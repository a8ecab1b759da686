import { JwtService } from '@nestjs/jwt';
import { type InternalCaller, ISSUER, LIFETIME_SECONDS } from './caller.ts';
import { keyObject } from './key.ts';

/** A remembered token is replaced this long before it expires, so that it outlives the call it is sent with. */
const SPARE_MS = 15_000;

/** How many tokens are remembered; beyond that the oldest is forgotten. */
const REMEMBERED = 10_000;

interface Remembered {
  token: string;
  /** On the clock of `performance.now()`, and on the wall clock: services go by the latter, and it may be moved. */
  signedAt: number;
  signedAtWall: number;
}

/** Signs the tokens that tell an upstream who the caller is: one per caller and upstream while it is fresh. */
export class InternalTokenSigner {
  private readonly jwt: JwtService;
  private readonly remembered = new Map<string, Remembered>();

  constructor(key: string) {
    this.jwt = new JwtService({
      secret: keyObject(key),
      signOptions: { algorithm: 'HS256', issuer: ISSUER, expiresIn: LIFETIME_SECONDS },
    });
  }

  /** A token for `caller` that only `audience` accepts. */
  sign(caller: InternalCaller, audience: string): string {
    const key = `${audience} ${caller.id ?? ''} ${caller.scopes.join(' ')}`;
    const found = this.remembered.get(key);
    if (found && isFresh(found)) return found.token;
    return this.remember(key, this.fresh(caller, audience));
  }

  private fresh(caller: InternalCaller, audience: string): string {
    const claims = { scope: caller.scopes.join(' ') };
    return this.jwt.sign(claims, { audience, ...(caller.id ? { subject: caller.id } : {}) });
  }

  private remember(key: string, token: string): string {
    this.remembered.delete(key);
    this.remembered.set(key, { token, signedAt: performance.now(), signedAtWall: Date.now() });
    if (this.remembered.size > REMEMBERED) this.remembered.delete(this.remembered.keys().next().value!);
    return token;
  }
}

function isFresh({ signedAt, signedAtWall }: Remembered): boolean {
  const mostMs = LIFETIME_SECONDS * 1000 - SPARE_MS;
  const wallAgeMs = Date.now() - signedAtWall;
  return performance.now() - signedAt < mostMs && wallAgeMs >= 0 && wallAgeMs < mostMs;
}
