import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { CompactSign, importPKCS8 } from 'jose';
import { algorithmsOf, hasSigned, SIGNATURE_ALGORITHMS } from './signatures.ts';

const encoding = {
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
} as const;
interface Pair {
  publicKey: string;
  privateKey: string;
}
const ofRsa = (modulusLength: number): Pair => generateKeyPairSync('rsa', { ...encoding, modulusLength });
const ofCurve = (namedCurve: string): Pair => generateKeyPairSync('ec', { ...encoding, namedCurve });
const rsa = ofRsa(2_048);
const PAIRS: Record<string, Pair> = {
  ...Object.fromEntries(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'].map((name) => [name, rsa])),
  ES256: ofCurve('P-256'),
  ES384: ofCurve('P-384'),
  ES512: ofCurve('P-521'),
  Ed25519: generateKeyPairSync('ed25519', encoding),
};
PAIRS['EdDSA'] = PAIRS['Ed25519']!;

describe('the algorithms of signatures', () => {
  it.each(Object.entries(PAIRS))('%s has the signatures of jose, and no others', async (alg, pair) => {
    const jws = await new CompactSign(Buffer.from('words'))
      .setProtectedHeader({ alg })
      .sign(await importPKCS8(pair.privateKey, alg));
    const [head, body, signature] = jws.split('.') as [string, string, string];
    const [signed, bytes] = [`${head}.${body}`, Buffer.from(signature, 'base64url')];
    const key = createPublicKey(pair.publicKey);
    const by = SIGNATURE_ALGORITHMS.filter((one) => hasSigned(key, one, signed, bytes));
    expect(by).toEqual(pair === PAIRS['EdDSA'] ? ['Ed25519', 'EdDSA'] : [alg]);
    expect(hasSigned(key, alg, `${signed}x`, bytes)).toBe(false);
    expect(hasSigned(key, alg, signed, bytes.subarray(1))).toBe(false);
    for (const other of ['none', 'HS256', 'toString', undefined])
      expect(hasSigned(key, other, signed, bytes)).toBe(false);
  });

  it('fit keys of their type that are strong enough', () => {
    const of = ({ publicKey }: Pair) => algorithmsOf(createPublicKey(publicKey));
    expect(of(rsa)).toEqual(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']);
    expect(of(PAIRS['ES384']!)).toEqual(['ES384']);
    expect(of(PAIRS['EdDSA']!)).toEqual(['Ed25519', 'EdDSA']);
    expect([of(ofRsa(1_024)), of(ofCurve('secp256k1'))]).toEqual([[], []]);
    expect(of(generateKeyPairSync('ed448', encoding))).toEqual([]);
  });
});
