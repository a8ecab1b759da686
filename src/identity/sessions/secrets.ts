import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';

const HANDLE_BYTES = 16;
const SECRET_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** The parsed token of a session: a refresh token, or the value of a cookie. */
export interface ParsedToken {
  /** The id of the session, which is no secret: access tokens contain it. */
  sessionId: string;
  /** The stored hash of the token. */
  hash: string;
}

/** Generates a handle, the secret prefix of every token of a session. */
export const newHandle = (): string => randomBytes(HANDLE_BYTES).toString('base64url');

/** Generates a token of a session. */
export const newToken = (handle: string): string => handle + randomBytes(SECRET_BYTES).toString('base64url');

const TOKEN = /^([\w-]{22})[\w-]{43}$/;

/** Parses a token, genuine or not; undefined if it is malformed. */
export function parseToken(token: string): ParsedToken | undefined {
  const handle = TOKEN.exec(token)?.[1];
  return handle === undefined ? undefined : { sessionId: sessionIdOf(handle), hash: digest(token) };
}

/** The handle of a token. */
export const handleOf = (token: string): string => token.slice(0, 22);

/** The session id of a handle, by a one-way hash. */
export const sessionIdOf = (handle: string): string => digest(`session ${handle}`).slice(0, 22);

/** Encrypts a text (AES-256-GCM) with a key derived from the secret (HKDF, RFC 5869). */
export function sealed(words: string, secret: string, use: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keyOf(secret, use), iv);
  const encrypted = Buffer.concat([cipher.update(words, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), encrypted]).toString('base64url');
}

/** Decrypts a text. @throws {Error} if the secret differs, or the text was altered */
export function unsealed(box: string, secret: string, use: string): string {
  const bytes = Buffer.from(box, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', keyOf(secret, use), bytes.subarray(0, IV_BYTES));
  decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
}

const keyOf = (secret: string, use: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', `atrium ${use}`, 32));

const digest = (words: string): string => createHash('sha256').update(words).digest('base64url');
