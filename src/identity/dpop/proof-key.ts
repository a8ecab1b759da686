import { constants, createHash, createPublicKey, type JsonWebKeyInput, type KeyObject, verify } from 'node:crypto';
import { atMost } from '#libs/cache';
import { LRUCache } from 'lru-cache';
import { InvalidProof } from './invalid-proof.ts';

/** How a signature of an algorithm (RFC 7518, RFC 8037, RFC 9864) is checked; undefined for a key that it is not for. */
const ALGORITHMS: Record<string, (key: KeyObject) => Check | undefined> = {
  ES256: (key) => (isP256(key) ? { digest: 'sha256', options: { dsaEncoding: 'ieee-p1363' } } : undefined),
  Ed25519: (key) => (key.asymmetricKeyType === 'ed25519' ? { digest: null } : undefined),
  EdDSA: (key) => (key.asymmetricKeyType === 'ed25519' ? { digest: null } : undefined),
  PS256: (key) =>
    isRsa(key)
      ? { digest: 'sha256', options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } }
      : undefined,
  RS256: (key) => (isRsa(key) ? { digest: 'sha256' } : undefined),
};

/** The algorithms that proofs may be signed with, as challenges name them (RFC 9449, section 7.1). */
export const PROOF_ALGORITHMS = Object.keys(ALGORITHMS).join(' ');

interface Check {
  digest: string | null;
  options?: object;
}

/** The members of a public key that are its thumbprint (RFC 7638), in their order, by its kind. */
const PUBLIC_MEMBERS: Record<string, readonly string[]> = {
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
  RSA: ['e', 'kty', 'n'],
};
/** Of a private or a symmetric key (RFC 7518, section 6). */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

const MAX_KEYS = 10_000;

const isP256 = ({ asymmetricKeyDetails }: KeyObject) => asymmetricKeyDetails?.namedCurve === 'prime256v1';
const isRsa = ({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject) =>
  asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) >= 2048;

/** The public key that a proof brings, and signs with. */
export class ProofKey {
  private static readonly known = new LRUCache<string, ProofKey>(atMost(MAX_KEYS));

  private constructor(
    /** The thumbprint of the key (RFC 7638): what tokens are bound to. */
    readonly thumbprint: string,
    private readonly key: KeyObject,
    private readonly check: Check,
  ) {}

  /**
   * The key of a proof's header. A client sends the same header with each proof, so that it is parsed once.
   * @param segment the header as it is in the proof
   * @param parse reads it
   * @throws {InvalidProof}
   */
  static of(segment: string, parse: (segment: string) => Record<string, unknown>): ProofKey {
    const known = ProofKey.known.get(segment);
    if (known) return known;
    const made = ProofKey.from(parse(segment));
    ProofKey.known.set(segment, made);
    return made;
  }

  /** Whether a signature is of this key. */
  hasSigned(signed: string, signature: Buffer): boolean {
    const { digest, options } = this.check;
    return verify(digest, Buffer.from(signed), { key: this.key, ...options }, signature);
  }

  private static from({ typ, alg, jwk, crit }: Record<string, unknown>): ProofKey {
    if (typ !== 'dpop+jwt') throw new InvalidProof('typ is not dpop+jwt');
    if (crit !== undefined) throw new InvalidProof('crit is not understood');
    if (typeof jwk !== 'object' || jwk === null) throw new InvalidProof('there is no jwk');
    if (PRIVATE_MEMBERS.some((member) => member in jwk)) throw new InvalidProof('jwk is no public key');
    const key = keyOf(jwk);
    const check = Object.hasOwn(ALGORITHMS, String(alg)) ? ALGORITHMS[String(alg)]!(key) : undefined;
    if (!check) throw new InvalidProof('alg is not one of ours, or not for this key');
    return new ProofKey(thumbprintOf(key), key, check);
  }
}

function keyOf(jwk: object): KeyObject {
  try {
    return createPublicKey({ key: jwk, format: 'jwk' } as JsonWebKeyInput);
  } catch {
    throw new InvalidProof('jwk cannot be read');
  }
}

/** Of the key as it was understood: one key has one thumbprint, however its JWK is written. */
function thumbprintOf(key: KeyObject): string {
  const jwk = key.export({ format: 'jwk' }) as Record<string, string>;
  const members = PUBLIC_MEMBERS[jwk['kty']!]!.map((name) => [name, jwk[name]]);
  return createHash('sha256')
    .update(JSON.stringify(Object.fromEntries(members)))
    .digest('base64url');
}
