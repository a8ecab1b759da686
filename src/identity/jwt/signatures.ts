import { constants, type KeyObject, verify } from 'node:crypto';

/** How signatures of one algorithm are checked. */
interface Scheme {
  /** The hash function; null where the algorithm has its own. */
  digest: string | null;
  options: object;
  fits(key: KeyObject): boolean;
}

const isRsa = ({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean =>
  asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) >= 2048;

const rsa = (bits: number): Scheme => ({ digest: `sha${bits}`, options: {}, fits: isRsa });

const pss = (bits: number): Scheme => ({
  digest: `sha${bits}`,
  options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: bits / 8 },
  fits: isRsa,
});

const ecdsa = (bits: number, curve: string): Scheme => ({
  digest: `sha${bits}`,
  options: { dsaEncoding: 'ieee-p1363' },
  fits: ({ asymmetricKeyDetails }) => asymmetricKeyDetails?.namedCurve === curve,
});

const ed25519: Scheme = {
  digest: null,
  options: {},
  fits: ({ asymmetricKeyType }) => asymmetricKeyType === 'ed25519',
};

const SCHEMES = new Map<unknown, Scheme>([
  ['RS256', rsa(256)],
  ['RS384', rsa(384)],
  ['RS512', rsa(512)],
  ['PS256', pss(256)],
  ['PS384', pss(384)],
  ['PS512', pss(512)],
  ['ES256', ecdsa(256, 'prime256v1')],
  ['ES384', ecdsa(384, 'secp384r1')],
  ['ES512', ecdsa(512, 'secp521r1')],
  ['Ed25519', ed25519],
  ['EdDSA', ed25519],
]);

/** The algorithms of signatures that are accepted from others (RFC 7518, RFC 8037, RFC 9864): all of them have public keys. */
export const SIGNATURE_ALGORITHMS = [...SCHEMES.keys()] as string[];

/** The algorithms that fit a key; none if it is too weak, or of another type. */
export const algorithmsOf = (key: KeyObject): string[] =>
  SIGNATURE_ALGORITHMS.filter((algorithm) => SCHEMES.get(algorithm)!.fits(key));

/** Whether a key made a signature with an algorithm that fits it. */
export function hasSigned(key: KeyObject, algorithm: unknown, signed: string, signature: Buffer): boolean {
  const scheme = SCHEMES.get(algorithm);
  if (!scheme?.fits(key)) return false;
  return verify(scheme.digest, Buffer.from(signed), { key, ...scheme.options }, signature);
}
