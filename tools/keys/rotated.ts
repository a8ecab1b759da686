import {
  createPrivateKey,
  generateKeyPairSync,
  type JsonWebKeyInput,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { ACCESS_TOKEN_SECONDS, CLOCK_SKEW_SECONDS } from '#gateway/identity/keys/access-token-life';
import { PublicKey } from '#gateway/identity/keys/public-key';
import { type StoredKey, type StoredKeys, type Timing, withNext } from './with-next.ts';

/** What a rotation is given. */
export interface Rotation extends Timing {
  algorithm: 'RS256' | 'ES256';
  /** Nothing of what was there stays. */
  isCompromised: boolean;
  /** The key that signed before there was a file. */
  first: KeyObject | undefined;
}

/** How long a key is accepted after the next one has begun to sign, in seconds. */
const LAST_SECONDS = ACCESS_TOKEN_SECONDS + CLOCK_SKEW_SECONDS;
const SECRET_BYTES = 32;
const RSA_BITS = 3_072;

/**
 * The keys after a rotation: those whose tokens may still be in use, and a new one.
 * @param before undefined where there is no file yet
 * @throws {Error} as `withNext` does
 */
export function rotated(before: StoredKeys | undefined, how: Rotation): StoredKeys {
  const { nowSeconds, isCompromised, first } = how;
  if (isCompromised) return { keys: [newKey(how, nowSeconds), newSecret()] };
  // What was derived from the key so far stays valid, such as links to files.
  if (!before)
    return { keys: first ? [stored(first, 0), secretOf(first)] : [newKey(how, nowSeconds), newSecret()] };
  const signing = withNext(before.keys.filter(isSigning), how, LAST_SECONDS, (nbf) => newKey(how, nbf));
  return { keys: [...signing, ...before.keys.filter((key) => !isSigning(key))] };
}

/** Whether it is a key that signs, not the secret. */
export const isSigning = ({ kty }: StoredKey): boolean => kty !== 'oct';

/** The id of a signing key in tokens and in the published key set. */
export const idOf = (key: StoredKey): string =>
  new PublicKey(createPrivateKey({ key, format: 'jwk' } as JsonWebKeyInput)).id;

function newKey({ algorithm }: Rotation, nbf: number): StoredKey {
  const { privateKey } =
    algorithm === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: RSA_BITS });
  return stored(privateKey, nbf);
}

const stored = (key: KeyObject, nbf: number): StoredKey => {
  const jwk = key.export({ format: 'jwk' }) as StoredKey;
  return { ...jwk, kid: new PublicKey(key).id, nbf };
};

const newSecret = (): StoredKey => ({ kty: 'oct', k: randomBytes(SECRET_BYTES).toString('base64url') });

const secretOf = (key: KeyObject): StoredKey => ({
  kty: 'oct',
  k: key.export({ type: 'pkcs8', format: 'der' }).toString('base64url'),
});
