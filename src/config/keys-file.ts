import { createPrivateKey, type JsonWebKeyInput, type KeyObject } from 'node:crypto';
import { readSecretFile } from '#libs/process';
import { z } from 'zod';
import { jsonFile } from './json-file.ts';
import { asStrong, WEAK } from './keys.ts';

/** A key of the keys file, which signs from a time on until the next one does. */
export interface TimedKey {
  privateKey: KeyObject;
  /** In milliseconds since 1970. */
  signsFrom: number;
}

/** The content of the keys file: at least one signing key, by the time that each signs from. */
export interface KeysFile {
  signing: readonly TimedKey[];
  /** What other keys of the gateway are derived from. A rotation leaves it as it is. */
  secret: Buffer;
}

/** At least 256 bits, in base64url. */
const MIN_SECRET_LENGTH = 43;

const jwk = z.looseObject({
  kty: z.enum(['RSA', 'EC', 'oct'], 'must be RSA, EC or oct'),
  nbf: z.number('must be a number of seconds since 1970').min(0).optional(),
  k: z.string().min(MIN_SECRET_LENGTH, 'must be at least 32 bytes in base64url').optional(),
});

/**
 * The path of a JWK Set (RFC 7517) with private keys, which `npm run keys:rotate` writes: signing keys, each with the time `nbf`
 * from which it signs, and one `oct` key, the secret of everything that is no token. Undefined if unset.
 */
export const keysFile = jsonFile<KeysFile | undefined>(
  z.object({ keys: z.array(jwk, 'must be a list of keys') }, 'must be a JWK Set').transform(({ keys }, check) => {
    const refuse = (message: string, ...path: (string | number)[]) =>
      check.addIssue({ code: 'custom', message, path });
    const signing: TimedKey[] = [];
    keys.forEach(({ nbf = 0, ...key }, i) => {
      if (key.kty === 'oct') return;
      const privateKey = asStrong(() => createPrivateKey({ key, format: 'jwk' } as JsonWebKeyInput));
      if (privateKey) signing.push({ privateKey, signsFrom: nbf * 1_000 });
      else refuse(WEAK, 'keys', i);
    });
    const [secret, ...more] = keys.filter(({ kty }) => kty === 'oct');
    if (!secret?.k || more.length) refuse('must contain one key of type oct, with its k');
    if (!signing.length) refuse('must contain a signing key');
    return {
      signing: signing.toSorted((one, other) => one.signsFrom - other.signsFrom),
      secret: Buffer.from(secret?.k ?? '', 'base64url'),
    };
  }),
  undefined,
  readSecretFile,
);

interface GivenKeys {
  JWT_KEYS_FILE?: KeysFile | undefined;
  JWT_PRIVATE_KEY?: unknown;
  JWT_NEXT_KEY?: unknown;
  JWT_RETIRED_KEYS?: readonly unknown[];
}

/** Refuses signing keys in two places. */
export function refuseTwoSetsOfKeys(given: GivenKeys, check: z.core.$RefinementCtx<GivenKeys>): void {
  if (!given.JWT_KEYS_FILE) return;
  for (const name of ['JWT_PRIVATE_KEY', 'JWT_NEXT_KEY', 'JWT_RETIRED_KEYS'] as const) {
    const isSet = Array.isArray(given[name]) ? given[name].length > 0 : given[name] !== undefined;
    const message = 'must not be set together with JWT_KEYS_FILE, which has all signing keys';
    if (isSet) check.addIssue({ code: 'custom', path: [name], message });
  }
}
