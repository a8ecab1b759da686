import { hash, randomBytes } from 'node:crypto';

/** The stored record of a partner's API key, without the key itself. Times are in milliseconds since 1970. */
export interface ApiKey {
  id: string;
  /** The owner and purpose of the key, as its creator described it. */
  name: string;
  scopes: readonly string[];
  /** The key's own rate limit; the default policy applies without one. */
  rateLimit?: { readonly limit: number; readonly windowMs: number };
  /** The user that the key acts as; without one, the key is a caller of its own. */
  userId?: string;
  createdAt: number;
  /** The expiry time. */
  expiresAt?: number;
  /** The last use, accurate to a minute. */
  lastUsedAt?: number;
  /** The id of its replacement. */
  replacedBy?: string;
  /** The SHA-256 of the key, in base64url: 256 random bits need no slow hash. */
  hash: string;
}

/** A fixed prefix, so that secret scanners find leaked keys. */
const PREFIX = 'atrium_key_';
const KEY = /^atrium_key_([0-9a-f]{16})_[\w-]{43}$/;

/** Generates a key and its id. */
export function newApiKey(): { id: string; key: string } {
  const id = randomBytes(8).toString('hex');
  return { id, key: `${PREFIX}${id}_${randomBytes(32).toString('base64url')}` };
}

/** The id in a key, valid or not; undefined if it is malformed. */
export const apiKeyIdIn = (key: string): string | undefined => KEY.exec(key)?.[1];

/** Whether a credential is an API key, valid or not. */
export const isApiKey = (credential: string): boolean => credential.startsWith(PREFIX);

/** The stored hash of a key. */
export const hashOfKey = (key: string): string => hash('sha256', key, 'base64url');
