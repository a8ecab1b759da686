import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';

const HANDLE_BYTES = 16;
const SECRET_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** What a client holds of a session: a refresh token, or the value of a cookie. */
export interface Held {
  /** The id of the session. It can be known to others: it is in access tokens. */
  sessionId: string;
  /** What is kept of the token. */
  hash: string;
}

/** A handle, which every token of a session begins with, and which only they who have one know. */
export const newHandle = (): string => randomBytes(HANDLE_BYTES).toString('base64url');

/** A new token of a session. */
export const newToken = (handle: string): string => handle + randomBytes(SECRET_BYTES).toString('base64url');

const TOKEN = /^([\w-]{22})[\w-]{43}$/;

/** Reads a token, without knowing whether it is one of ours; undefined for what cannot be. */
export function heldIn(token: string): Held | undefined {
  const handle = TOKEN.exec(token)?.[1];
  return handle === undefined ? undefined : { sessionId: sessionIdOf(handle), hash: digest(token) };
}

/** The handle a token begins with. */
export const handleOf = (token: string): string => token.slice(0, 22);

/** The id of the session with this handle: who knows the id cannot tell the handle. */
export const sessionIdOf = (handle: string): string => digest(`session ${handle}`).slice(0, 22);

/** Encrypts words (AES-256-GCM) under a key that only they can derive who have the secret (HKDF, RFC 5869). */
export function sealed(words: string, secret: string, use: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keyOf(secret, use), iv);
  const encrypted = Buffer.concat([cipher.update(words, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), encrypted]).toString('base64url');
}

/** The words again. @throws where the secret is another, or anything was changed */
export function unsealed(box: string, secret: string, use: string): string {
  const bytes = Buffer.from(box, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', keyOf(secret, use), bytes.subarray(0, IV_BYTES));
  decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
}

const keyOf = (secret: string, use: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', `atrium ${use}`, 32));

const digest = (words: string): string => createHash('sha256').update(words).digest('base64url');
