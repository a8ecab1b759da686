import { createHash, createPublicKey, generateKeyPair, type KeyObject, type webcrypto } from 'node:crypto';
import { promisify } from 'node:util';
import type { Config } from '#gateway/config/config';

/** The key that access tokens are signed with. */
export class SigningKey {
  /** The thumbprint of the public key (RFC 7638). */
  readonly id: string;
  private readonly jwk: webcrypto.JsonWebKey;

  constructor(readonly privateKey: KeyObject) {
    this.jwk = createPublicKey(privateKey).export({ format: 'jwk' });
    const { e, kty, n } = this.jwk;
    this.id = createHash('sha256').update(JSON.stringify({ e, kty, n })).digest('base64url');
  }

  /** The configured key, or one that lives as long as the process. */
  static async from({ JWT_PRIVATE_KEY }: Config): Promise<SigningKey> {
    if (JWT_PRIVATE_KEY) return new SigningKey(JWT_PRIVATE_KEY);
    const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
    return new SigningKey(privateKey);
  }

  /** The public half as a JWK Set (RFC 7517). */
  keySet(): { keys: (webcrypto.JsonWebKey & { kid: string })[] } {
    return { keys: [{ ...this.jwk, kid: this.id, alg: 'RS256', use: 'sig' }] };
  }
}
