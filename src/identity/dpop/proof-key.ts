import { constants, createHash, createPublicKey, type JsonWebKeyInput, type KeyObject, verify } from 'node:crypto';
import { boundedLru } from '#libs/cache';
import { LRUCache } from 'lru-cache';
import { InvalidProof } from './invalid-proof.ts';

/** Returns a signature check for a key, by algorithm (RFC 7518, RFC 8037, RFC 9864); undefined if the key does not fit. */
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

/** The accepted signature algorithms, as challenges name them (RFC 9449, section 7.1). */
export const PROOF_ALGORITHMS = Object.keys(ALGORITHMS).join(' ');

interface Check {
  digest: string | null;
  options?: object;
}

/** The members of a public key's thumbprint (RFC 7638), in order, by key type. */
const PUBLIC_MEMBERS: Record<string, readonly string[]> = {
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
  RSA: ['e', 'kty', 'n'],
};
/** The members of private and symmetric keys (RFC 7518, section 6). */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

const MAX_KEYS = 10_000;

const isP256 = ({ asymmetricKeyDetails }: KeyObject) => asymmetricKeyDetails?.namedCurve === 'prime256v1';
const isRsa = ({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject) =>
  asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) >= 2048;

/** The public key in a proof, which verifies its signature. */
export class ProofKey {
  private static readonly known = new LRUCache<string, ProofKey>(boundedLru(MAX_KEYS));

  private constructor(
    /** The thumbprint of the key (RFC 7638), to which tokens are bound. */
    readonly thumbprint: string,
    private readonly key: KeyObject,
    private readonly check: Check,
  ) {}

  /**
   * The key in a proof's header, parsed once: a client sends the same header with each proof.
   * @param segment the encoded header
   * @param parse decodes it
   * @throws {InvalidProof}
   */
  static of(segment: string, parse: (segment: string) => Record<string, unknown>): ProofKey {
    const known = ProofKey.known.get(segment);
    if (known) return known;
    const made = ProofKey.from(parse(segment));
    ProofKey.known.set(segment, made);
    return made;
  }

  /** Whether this key made a signature. */
  hasSigned(signed: string, signature: Buffer): boolean {
    const { digest, options } = this.check;
    return verify(digest, Buffer.from(signed), { key: this.key, ...options }, signature);
  }

  private static from({ typ, alg, jwk, crit }: Record<string, unknown>): ProofKey {
    if (typ !== 'dpop+jwt') throw new InvalidProof('typ is not dpop+jwt');
    if (crit !== undefined) throw new InvalidProof('crit is not understood');
    if (typeof jwk !== 'object' || jwk === null) throw new InvalidProof('jwk is missing');
    if (PRIVATE_MEMBERS.some((member) => member in jwk)) throw new InvalidProof('jwk is not a public key');
    const key = keyOf(jwk);
    const check = Object.hasOwn(ALGORITHMS, String(alg)) ? ALGORITHMS[String(alg)]!(key) : undefined;
    if (!check) throw new InvalidProof('alg is not supported, or does not fit the key');
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

/** Computed from the parsed key: one key has one thumbprint, however its JWK is written. */
function thumbprintOf(key: KeyObject): string {
  const jwk = key.export({ format: 'jwk' }) as Record<string, string>;
  const members = PUBLIC_MEMBERS[jwk['kty']!]!.map((name) => [name, jwk[name]]);
  return createHash('sha256')
    .update(JSON.stringify(Object.fromEntries(members)))
    .digest('base64url');
}
