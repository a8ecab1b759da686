import { createHash, createPublicKey, type JsonWebKeyInput, type KeyObject } from 'node:crypto';
import { algorithmsOf, hasSigned } from '#gateway/identity/jwt/signatures';
import { boundedLru } from '#libs/cache';
import { LRUCache } from 'lru-cache';
import { InvalidProof } from './invalid-proof.ts';

/** The accepted signature algorithms, of those that clients have: each challenge names them. */
const ALGORITHMS = ['ES256', 'Ed25519', 'EdDSA', 'PS256', 'RS256'];

/** The same, as challenges name them (RFC 9449, section 7.1). */
export const PROOF_ALGORITHMS = ALGORITHMS.join(' ');

/** The members of a public key's thumbprint (RFC 7638), in order, by key type. */
const PUBLIC_MEMBERS: Record<string, readonly string[]> = {
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
  RSA: ['e', 'kty', 'n'],
};
/** The members of private and symmetric keys (RFC 7518, section 6). */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

const MAX_KEYS = 10_000;

/** The public key in a proof, which verifies its signature. */
export class ProofKey {
  private static readonly known = new LRUCache<string, ProofKey>(boundedLru(MAX_KEYS));

  private constructor(
    /** The thumbprint of the key (RFC 7638), to which tokens are bound. */
    readonly thumbprint: string,
    private readonly key: KeyObject,
    private readonly algorithm: string,
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
    return hasSigned(this.key, this.algorithm, signed, signature);
  }

  private static from({ typ, alg, jwk, crit }: Record<string, unknown>): ProofKey {
    if (typ !== 'dpop+jwt') throw new InvalidProof('typ is not dpop+jwt');
    if (crit !== undefined) throw new InvalidProof('crit is not understood');
    if (typeof jwk !== 'object' || jwk === null) throw new InvalidProof('jwk is missing');
    if (PRIVATE_MEMBERS.some((member) => member in jwk)) throw new InvalidProof('jwk is not a public key');
    const key = keyOf(jwk);
    const algorithm = algorithmsOf(key).find((one) => one === alg && ALGORITHMS.includes(one));
    if (!algorithm) throw new InvalidProof('alg is not supported, or does not fit the key');
    return new ProofKey(thumbprintOf(key), key, algorithm);
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
