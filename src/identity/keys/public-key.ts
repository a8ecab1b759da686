import { createHash, createPublicKey, type KeyObject, type webcrypto } from 'node:crypto';

/** The algorithms that tokens may be signed with (RFC 7518): each key has one, whatever a token says. */
export type Algorithm = 'RS256' | 'ES256';

/** The public half of a key that tokens are signed with, and the one algorithm that it is for (RFC 8725, section 3.1). */
export class PublicKey {
  /** The thumbprint of the key (RFC 7638). */
  readonly id: string;
  readonly algorithm: Algorithm;
  /** As jsonwebtoken takes it without parsing it at each token. */
  readonly key: KeyObject;
  private readonly jwk: webcrypto.JsonWebKey;

  /** @param key the public key, or the private one that it belongs to; RSA or P-256 */
  constructor(key: KeyObject) {
    this.key = key.type === 'public' ? key : createPublicKey(key);
    this.algorithm = algorithmOf(key)!;
    this.jwk = this.key.export({ format: 'jwk' });
    const { crv, e, kty, n, x, y } = this.jwk;
    const members = kty === 'RSA' ? { e, kty, n } : { crv, kty, x, y };
    this.id = createHash('sha256').update(JSON.stringify(members)).digest('base64url');
  }

  /** The key as a JWK (RFC 7517). */
  shown(): webcrypto.JsonWebKey & { kid: string } {
    return { ...this.jwk, kid: this.id, alg: this.algorithm, use: 'sig' };
  }
}

/** The algorithm a key is good for; undefined for one that is too weak, or of another kind. */
export function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): Algorithm | undefined {
  if (asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) >= 2048) return 'RS256';
  if (asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === 'prime256v1') return 'ES256';
  return undefined;
}
