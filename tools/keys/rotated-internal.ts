import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { INTERNAL_OVERLAP_SECONDS, internalTokenKey } from '#libs/internal-token';
import { type StoredKey, type StoredKeys, type Timing, withNext } from './with-next.ts';

/** What a rotation of the keys of internal tokens is given. */
export interface InternalRotation extends Timing {
  /** Nothing of what was there stays. */
  isCompromised: boolean;
  /** `INTERNAL_TOKEN_KEY` as it was before there was a file. */
  first: string | undefined;
}

const SECRET_BYTES = 32;
const ID_BYTES = 9;

/**
 * The keys of internal tokens after a rotation: those whose tokens may still be in use, and a new one.
 * @param before undefined where there is no file yet
 * @throws {Error} as `withNext` does
 */
export function rotatedInternal(before: StoredKeys | undefined, how: InternalRotation): StoredKeys {
  if (how.isCompromised) return { keys: [newSecret(how.nowSeconds)] };
  if (!before) return how.first ? keysIn(how.first) : { keys: [newSecret(how.nowSeconds)] };
  return { keys: withNext(before.keys, how, INTERNAL_OVERLAP_SECONDS, newSecret) };
}

/** Reads a file of `INTERNAL_TOKEN_KEY`, in either form. @throws {Error} naming what is wrong in it, without its content */
export function readInternal(path: string): StoredKeys {
  const text = readFileSync(path, 'utf8').trim();
  const { success, error } = internalTokenKey.safeParse(text);
  if (!success) throw new Error(error.issues.map(({ message }) => `${path}: ${message}`).join('\n'));
  return text.startsWith('{') ? (JSON.parse(text) as StoredKeys) : keysIn(text);
}

/** Secrets with commas between them as keys: the first one signs, so it is the latest. */
function keysIn(text: string): StoredKeys {
  const secrets = text.split(',').map((secret) => Buffer.from(secret.trim()));
  return { keys: secrets.map((secret, i) => stored(secret, secrets.length - 1 - i)) };
}

const newSecret = (nbf: number): StoredKey => stored(randomBytes(SECRET_BYTES), nbf);

const stored = (secret: Buffer, nbf: number): StoredKey => ({
  kty: 'oct',
  kid: randomBytes(ID_BYTES).toString('base64url'),
  nbf,
  k: secret.toString('base64url'),
});
