import { anIssuerKey, TokenIssuer } from '#libs/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, type JWTHeaderParameters, SignJWT } from 'jose';
import { bearersWith } from './issuers.fixture.ts';

let issuer: TokenIssuer;
beforeAll(async () => void (issuer = await TokenIssuer.open()));
afterEach(() => void ([issuer.notKeys, issuer.keys] = [[], [anIssuerKey()]]));
afterAll(() => issuer.close());

/** A key of jose. @param algorithm that it is made for */
async function aKey(algorithm: string, published: object = { kid: 'k', alg: algorithm }) {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), ...published };
  const claims = {
    iss: issuer.url,
    aud: 'atrium',
    sub: 'u1',
    scope: 'customer',
    exp: Math.ceil(Date.now() / 1000) + 60,
  };
  const token = (header: Partial<JWTHeaderParameters> = {}) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: algorithm, typ: 'at+jwt', kid: 'k', ...header })
      .sign(privateKey);
  return { jwk, token };
}

async function idOf(token: string): Promise<string | undefined> {
  const { bearers } = await bearersWith(issuer.settings);
  return (await bearers.callerOf(`Bearer ${token}`))?.id;
}

const RSA = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];
const ALL = [...RSA, 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];

describe('a token of an outside issuer', () => {
  it.each(ALL)('is accepted with the algorithm %s, if its key has it or none', async (algorithm) => {
    const [named, open] = [await aKey(algorithm), await aKey(algorithm, { kid: 'k' })];
    issuer.notKeys = [named.jwk];
    expect([await idOf(await named.token()), await idOf(await open.token())]).toEqual(['u1', undefined]);
    issuer.notKeys = [open.jwk];
    expect(await idOf(await open.token())).toBe('u1');
    expect(await idOf((await open.token()).replace(/.{20}$/, 'A'.repeat(20)))).toBeUndefined();
  });

  it('may be named EdDSA or Ed25519, whichever its key is', async () => {
    for (const [ofKey, ofToken] of [
      ['EdDSA', 'Ed25519'],
      ['Ed25519', 'EdDSA'],
    ] as const) {
      const { jwk, token } = await aKey(ofToken, { kid: 'k', alg: ofKey });
      issuer.notKeys = [jwk];
      expect(await idOf(await token())).toBe('u1');
    }
  });

  it('is refused with another algorithm than that of its key', async () => {
    const { jwk, token } = await aKey('RS256');
    issuer.notKeys = [{ ...jwk, alg: 'PS256' }];
    expect(await idOf(await token())).toBeUndefined();
    issuer.notKeys = [{ ...jwk, alg: 'RSA-OAEP-256' }];
    expect(await idOf(await token())).toBeUndefined();
  });

  it('is accepted with one key for two algorithms, or two keys of one id', async () => {
    const [{ jwk, token }, other] = [await aKey('PS256'), await aKey('PS256')];
    issuer.notKeys = [{ ...jwk, alg: 'RS256' }, jwk, other.jwk];
    expect([await idOf(await token()), await idOf(await other.token())]).toEqual(['u1', 'u1']);
  });

  it('is accepted whatever else its issuer publishes', async () => {
    const { jwk, token } = await aKey('ES384');
    issuer.notKeys = [
      { kty: 'AKP', alg: 'ML-DSA-44', kid: 'k', pub: 'AAAA' },
      { kty: 'EC', crv: 'secp256k1', kid: 'k', x: 'AAAA', y: 'AAAA' },
      { kty: 'EC', crv: 'P-999', kid: 'k', x: 'AAAA', y: 'AAAA' },
      { kty: 'OKP', crv: 'Ed448', kid: 'k', x: 'AAAA' },
      { kty: 'oct', kid: 'k', k: 'AAAA' },
      { kty: 'RSA', kid: 'k', x5c: ['AAAA'] },
      { kid: 'k' },
      { ...(await aKey('ES384')).jwk, use: 'enc' },
      jwk,
    ];
    expect(await idOf(await token())).toBe('u1');
  });
});
