import { boundedLru } from '#libs/cache';
import { hash } from 'node:crypto';
import type { Caller } from '#libs/upstream';
import { LRUCache } from 'lru-cache';

/** A verified token. Times are in milliseconds since 1970. */
export interface Verified {
  caller: Caller;
  /** Its expiry. */
  expiresAt: number;
  /** When its issuer must be asked again, if that is earlier. */
  checkAt?: number;
  /** The thumbprint of the key that it is bound to (RFC 9449). */
  thumbprint?: string | undefined;
  /** Its SHA-256 in base64url, which proofs contain as `ath`. */
  hash?: string;
}

const MAX_TOKENS = 10_000;

/** A cache of verified tokens by hash, so that a signature is verified once. */
export class VerifiedTokens {
  private readonly cache = new LRUCache<string, Verified>(boundedLru(MAX_TOKENS));

  /** The cached result; undefined if it is missing, expired, or due for another check. */
  get(hash: string): Verified | undefined {
    const found = this.cache.get(hash);
    if (!found) return undefined;
    const { expiresAt, checkAt = expiresAt } = found;
    const now = Date.now();
    if (expiresAt > now && checkAt > now) return found;
    this.cache.delete(hash);
    return undefined;
  }

  set(hash: string, verified: Verified): void {
    this.cache.set(hash, verified);
  }
}

/** The SHA-256 of a secret, to be stored in its place. */
export const hashOf = (secret: string): string => hash('sha256', secret, 'base64url');
