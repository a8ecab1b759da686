import { createHash, createPublicKey, type KeyObject, type webcrypto } from 'node:crypto';

/** The signature algorithms of tokens (RFC 7518): each key has one, whatever the token's header says. */
export type Algorithm = 'RS256' | 'ES256';

/** A public key that verifies tokens, with its one algorithm (RFC 8725, section 3.1). */
export class PublicKey {
  /** The thumbprint of the key (RFC 7638). */
  readonly id: string;
  readonly algorithm: Algorithm;
  /** A parsed key, so that jsonwebtoken does not parse it for each token. */
  readonly key: KeyObject;
  private readonly jwk: webcrypto.JsonWebKey;

  /** @param key a public key, or the private key to derive it from; RSA or P-256 */
  constructor(key: KeyObject) {
    this.key = key.type === 'public' ? key : createPublicKey(key);
    this.algorithm = algorithmOf(key)!;
    this.jwk = this.key.export({ format: 'jwk' });
    const { crv, e, kty, n, x, y } = this.jwk;
    const members = kty === 'RSA' ? { e, kty, n } : { crv, kty, x, y };
    this.id = createHash('sha256').update(JSON.stringify(members)).digest('base64url');
  }

  /** The key as a JWK (RFC 7517). */
  publicJwk(): webcrypto.JsonWebKey & { kid: string } {
    return { ...this.jwk, kid: this.id, alg: this.algorithm, use: 'sig' };
  }
}

/** The algorithm for a key; undefined if the key is too weak, or of another type. */
function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): Algorithm | undefined {
  if (asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) >= 2048) return 'RS256';
  if (asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === 'prime256v1') return 'ES256';
  return undefined;
}
