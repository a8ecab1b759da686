import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { type Algorithm, PublicKey } from './public-key.ts';

const RSA_BITS = 2048;

/** The key that access tokens are signed with. */
export class SigningKey extends PublicKey {
  constructor(readonly privateKey: KeyObject) {
    super(privateKey);
  }

  /** A new one, which lives as long as the process. */
  static async make(algorithm: Algorithm): Promise<SigningKey> {
    const make = promisify(generateKeyPair);
    const { privateKey } =
      algorithm === 'RS256'
        ? await make('rsa', { modulusLength: RSA_BITS })
        : await make('ec', { namedCurve: 'P-256' });
    return new SigningKey(privateKey);
  }
}
