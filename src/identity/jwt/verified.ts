import { atMost } from '#libs/cache';
import { hash } from 'node:crypto';
import type { Caller } from '#libs/upstream';
import { LRUCache } from 'lru-cache';

/** A token that was found to be valid. Times are on the wall clock, in milliseconds. */
export interface Verified {
  caller: Caller;
  /** When it expires. */
  expiresAt: number;
  /** When its issuer must be asked again, where that is before. */
  checkAt?: number;
  /** The thumbprint of the key that it is bound to (RFC 9449). */
  thumbprint?: string | undefined;
  /** Its own SHA-256 in base64url, which proofs name. */
  hash?: string;
}

const MAX_TOKENS = 10_000;

/** Tokens that were found to be valid, by their hash, so that a signature is checked once. */
export class VerifiedTokens {
  private readonly known = new LRUCache<string, Verified>(atMost(MAX_TOKENS));

  /** What a token was found to be; undefined for one that is not known, has expired since, or must be asked about again. */
  get(hash: string): Verified | undefined {
    const found = this.known.get(hash);
    if (!found) return undefined;
    const { expiresAt, checkAt = expiresAt } = found;
    const now = Date.now();
    if (expiresAt > now && checkAt > now) return found;
    this.known.delete(hash);
    return undefined;
  }

  set(hash: string, verified: Verified): void {
    this.known.set(hash, verified);
  }
}

/** What stands for a secret where it must not be kept. */
export const hashOf = (secret: string): string => hash('sha256', secret, 'base64url');
