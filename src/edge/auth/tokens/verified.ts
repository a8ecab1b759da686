import { atMost } from '#libs/cache';
import { hash } from 'node:crypto';
import type { Caller } from '#libs/upstream';
import { LRUCache } from 'lru-cache';

/** A token that was found to be valid. */
export interface Verified {
  caller: Caller;
  /** When it ends to be, on the wall clock, in milliseconds. */
  expiresAt: number;
}

const MOST = 10_000;

/** Tokens that were found to be valid, by their hash, so that a signature is checked once. */
export class VerifiedTokens {
  private readonly known = new LRUCache<string, Verified>(atMost(MOST));

  /** What a token was found to be; undefined for one that is not known, or has expired since. */
  get(hash: string): Verified | undefined {
    const found = this.known.get(hash);
    if (!found || found.expiresAt > Date.now()) return found;
    this.known.delete(hash);
    return undefined;
  }

  set(hash: string, verified: Verified): void {
    this.known.set(hash, verified);
  }
}

/** What stands for a secret where it must not be kept. */
export const hashOf = (secret: string): string => hash('sha256', secret, 'base64url');
