import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Bytes of a new secret, and of the salt of a token. */
const BYTES = 16;
const TOKEN = /^([\w-]{22})\.([\w-]{43})$/;

/** A new secret of a browser, the value of its cookie for forms. */
export const newFormSecret = (): string => randomBytes(BYTES).toString('base64url');

/** Whether a cookie has the form of such a secret. */
export const isFormSecret = (value: string | undefined): value is string => /^[\w-]{22}$/.test(value ?? '');

/**
 * The token of a form (double submit, OWASP CSRF prevention): only pages that this browser was sent can have it. It is
 * different each time, so that its bytes cannot be guessed from the length of a compressed page (BREACH).
 * @param callerId of the visitor: a form made for one account is not accepted of another; empty for nobody
 */
export function formToken(secret: string, callerId: string): string {
  const salt = randomBytes(BYTES).toString('base64url');
  return `${salt}.${digest(secret, salt, callerId)}`;
}

/** Whether a token was made for this browser and caller. */
export function isFormToken(token: unknown, secret: string | undefined, callerId: string): boolean {
  if (typeof token !== 'string' || !isFormSecret(secret)) return false;
  const [, salt, given] = TOKEN.exec(token) ?? [];
  if (salt === undefined || given === undefined) return false;
  return timingSafeEqual(Buffer.from(given), Buffer.from(digest(secret, salt, callerId)));
}

const digest = (secret: string, salt: string, callerId: string): string =>
  createHmac('sha256', secret).update(`${salt}\n${callerId}`).digest('base64url');
