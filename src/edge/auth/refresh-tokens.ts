import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';

const LIFETIME_MS = 7 * 24 * 60 * 60 * 1000;

/** How many are kept; beyond that the oldest ends. */
const MOST = 100_000;

interface Entry {
  userId: string;
  expiresAt: number;
}

/**
 * Refresh tokens that work once each (RFC 9700, section 4.14.2). Only their hashes are kept, in this process: they
 * end with it.
 */
@Injectable()
export class RefreshTokens {
  private readonly entries = new Map<string, Entry>();

  /** A new token for a user. */
  issue(userId: string): string {
    const token = randomBytes(32).toString('base64url');
    this.entries.set(hash(token), { userId, expiresAt: performance.now() + LIFETIME_MS });
    if (this.entries.size > MOST) this.entries.delete(this.entries.keys().next().value!);
    return token;
  }

  /** Whose token this is; undefined if it is none, is used up or has expired. */
  ownerOf(token: string): string | undefined {
    const entry = this.entries.get(hash(token));
    return entry && entry.expiresAt > performance.now() ? entry.userId : undefined;
  }

  /** Ends a token. @returns whether there was one to end: of two who try, one is told yes */
  end(token: string): boolean {
    return this.entries.delete(hash(token));
  }
}

function hash(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
