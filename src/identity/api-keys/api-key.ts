import { hash, randomBytes } from 'node:crypto';

/** A key that a program of a partner comes with, as it is kept: without the key itself. Times are on the wall clock, in milliseconds. */
export interface ApiKey {
  id: string;
  /** Whose it is, and what for, in the words of who made it. */
  name: string;
  scopes: readonly string[];
  /** How much it may ask for, so much in a window of milliseconds; as all that have none of their own where there is none. */
  rateLimit?: { readonly limit: number; readonly windowMs: number };
  /** The user that it acts as; a caller of its own where there is none. */
  userId?: string;
  createdAt: number;
  /** When it ends. */
  expiresAt?: number;
  /** When it was last brought, give or take a minute. */
  lastUsedAt?: number;
  /** The id of the key that takes its place. */
  replacedBy?: string;
  /** The SHA-256 of the key, in base64url: 256 random bits need no slower one. */
  hash: string;
}

/** So that scanners of secrets can find one that was published by mistake. */
const PREFIX = 'atrium_key_';
const KEY = /^atrium_key_([0-9a-f]{16})_[\w-]{43}$/;

/** A new key, and its id. */
export function newApiKey(): { id: string; key: string } {
  const id = randomBytes(8).toString('hex');
  return { id, key: `${PREFIX}${id}_${randomBytes(32).toString('base64url')}` };
}

/** The id in a key, be it good or not; undefined for what cannot be one. */
export const apiKeyIdIn = (key: string): string | undefined => KEY.exec(key)?.[1];

/** What is kept of a key. */
export const hashOfKey = (key: string): string => hash('sha256', key, 'base64url');
