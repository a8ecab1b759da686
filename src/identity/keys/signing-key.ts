import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { type Algorithm, PublicKey } from './public-key.ts';

const RSA_BITS = 2048;

/** A private key that signs access tokens. */
export class SigningKey extends PublicKey {
  constructor(readonly privateKey: KeyObject) {
    super(privateKey);
  }

  /** Generates a key that lasts as long as the process. */
  static async make(algorithm: Algorithm): Promise<SigningKey> {
    const make = promisify(generateKeyPair);
    const { privateKey } =
      algorithm === 'RS256'
        ? await make('rsa', { modulusLength: RSA_BITS })
        : await make('ec', { namedCurve: 'P-256' });
    return new SigningKey(privateKey);
  }
}
