import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { ENCRYPTED, isEncrypted, secretPemFile } from './tls.ts';

/** What is wrong with a key that `asStrong` refuses. */
export const WEAK = 'must be an RSA key of at least 2048 bits, or an EC key on P-256, in PEM';
/** A PEM block, but for those that `openssl ecparam -genkey` writes before a key: they name the curve, which the key has too. */
const BLOCK = /-----BEGIN (?!EC PARAMETERS)([A-Z ]+)-----[^-]+-----END \1-----/g;

/** A key that is strong enough for RS256 or ES256, else undefined. */
export function asStrong(make: () => KeyObject): KeyObject | undefined {
  try {
    const key = make();
    const { modulusLength = 0, namedCurve } = key.asymmetricKeyDetails ?? {};
    const isStrong = key.asymmetricKeyType === 'rsa' ? modulusLength >= 2048 : namedCurve === 'prime256v1';
    return isStrong ? key : undefined;
  } catch {
    // OpenSSL's error message would contain parts of the key.
    return undefined;
  }
}

const lines = (pem: string): string => pem.replaceAll('\\n', '\n');

function privateKeyIn(pem: string, check: z.core.$RefinementCtx): KeyObject {
  const key = asStrong(() => createPrivateKey(lines(pem)));
  if (key) return key;
  const message = isEncrypted(pem)
    ? ENCRYPTED
    : WEAK.replace('RSA key', 'RSA private key').replace('EC key', 'EC private key');
  check.addIssue({ code: 'custom', message });
  return z.NEVER;
}

/** A private key in PEM, RSA or P-256; line ends may be written as `\n`. */
export const privateKey = z.string().transform(privateKeyIn);

/** The path of a PEM file with a private key, RSA or P-256; undefined if unset. */
export const privateKeyFile = secretPemFile.transform((pem, check): KeyObject | undefined =>
  pem === undefined ? undefined : privateKeyIn(pem, check),
);

/** Concatenated PEM keys, public or private; only the public half of a private key is used. */
export const keys = z.string().transform((pem, check): KeyObject[] => {
  const blocks = lines(pem).match(BLOCK) ?? [];
  const read = blocks.map((block) => asStrong(() => createPublicKey(block)));
  if (read.every((key) => key !== undefined) && (blocks.length || !pem.trim())) return read;
  check.addIssue({ code: 'custom', message: isEncrypted(pem) ? ENCRYPTED : WEAK });
  return z.NEVER;
});
