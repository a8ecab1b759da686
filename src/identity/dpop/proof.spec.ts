import { generateKeyPairSync } from 'node:crypto';
import { hashOf } from '#gateway/identity/jwt/verified';
import { describe, expect, it } from '@jest/globals';
import { calculateThumbprint, generateKeyPair, generateProof, type JWSAlgorithm } from 'dpop';
import { aProofKey, forgedProof } from './forge.fixture.ts';
import { proofIn, type ProofTarget } from './proof.ts';

const URL_HERE = 'https://api.example/v1/home';
const target: ProofTarget = { method: 'GET', urls: [URL_HERE], tokenHash: hashOf('token') };
const keys = aProofKey();
const claims = { htm: 'GET', htu: URL_HERE, ath: hashOf('token') };
const seconds = () => Math.floor(Date.now() / 1000);
const taken =
  (proof: unknown, at: Partial<ProofTarget> = {}) =>
  () =>
    proofIn(proof, { ...target, ...at });

describe('a DPoP proof', () => {
  it.each<JWSAlgorithm>(['ES256', 'Ed25519', 'RS256', 'PS256'])('of npm dpop is accepted: %s', async (alg) => {
    const pair = await generateKeyPair(alg);
    const proof = await generateProof(pair, URL_HERE, 'GET', 'the nonce', 'token');
    const { thumbprint, id, nonce } = proofIn(proof, target);
    expect(thumbprint).toBe(await calculateThumbprint(pair.publicKey));
    expect([id.length > 10, nonce]).toEqual([true, 'the nonce']);
  });

  it('of this spec is accepted', () => {
    expect(taken(forgedProof(keys, claims))).not.toThrow();
  });

  it('has the thumbprint of its key, whatever else its JWK contains', () => {
    const jwk = { kid: 'x', use: 'sig', ...keys.publicKey.export({ format: 'jwk' }) };
    const [one, other] = [forgedProof(keys, claims), forgedProof(keys, claims, { jwk })].map(
      (proof) => proofIn(proof, target).thumbprint,
    );
    expect(one).toBe(other);
  });

  it.each([
    ['https://api.example:443/v1/home'],
    ['HTTPS://API.EXAMPLE/v1/home'],
    ['https://api.example/v1/home?page=2#top'],
    ['https://api.example/v1/./h%6fme'],
    ['wss://api.example/v1/home'],
  ])('may write its URL as %s', (htu) => {
    expect(taken(forgedProof(keys, { ...claims, htu }))).not.toThrow();
  });

  it('is accepted for a minute, and half a minute ahead', () => {
    for (const offset of [-59, 0, 29])
      expect(taken(forgedProof(keys, { ...claims, iat: seconds() + offset }))).not.toThrow();
    for (const offset of [-62, 31])
      expect(taken(forgedProof(keys, { ...claims, iat: seconds() + offset }))).toThrow(
        'iat is too old or in the future',
      );
  });

  const { d: _, ...publicJwk } = keys.privateKey.export({ format: 'jwk' });
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
  it.each<[string, string, () => unknown]>([
    ['without one', 'exactly one proof', () => undefined],
    ['of several', 'exactly one proof', () => `${forgedProof(keys, claims)}, ${forgedProof(keys, claims)}`],
    ['in a list', 'exactly one proof', () => [forgedProof(keys, claims)]],
    ['that is no JWT', 'exactly one proof', () => 'proof'],
    ['that is very long', 'exactly one proof', () => forgedProof(keys, { ...claims, x: 'x'.repeat(9_000) })],
    ['whose parts are no JSON', 'malformed', () => 'AAAA.AAAA.AAAA'],
    ['of another type', 'typ', () => forgedProof(keys, claims, { typ: 'JWT' })],
    ['with extensions', 'crit', () => forgedProof(keys, claims, { crit: ['b64'] })],
    ['without a key', 'jwk is missing', () => forgedProof(keys, claims, { jwk: undefined })],
    ['with a key by name', 'jwk is missing', () => forgedProof(keys, claims, { jwk: undefined, kid: 'k' })],
    [
      'with its private key',
      'not a public key',
      () => forgedProof(keys, claims, { jwk: keys.privateKey.export({ format: 'jwk' }) }),
    ],
    [
      'with a shared key',
      'not a public key',
      () => forgedProof(keys, claims, { alg: 'HS256', jwk: { kty: 'oct', k: 'AA' } }),
    ],
    [
      'with a key that is none',
      'cannot be read',
      () => forgedProof(keys, claims, { jwk: { kty: 'EC', crv: 'P-256' } }),
    ],
    [
      'with a weak key',
      'alg',
      () => forgedProof(keys, claims, { alg: 'RS256', jwk: weak.publicKey.export({ format: 'jwk' }) }),
    ],
    ['without an algorithm', 'alg', () => forgedProof(keys, claims, { alg: 'none' })],
    ['with the algorithm of another key', 'alg', () => forgedProof(keys, claims, { alg: 'RS256' })],
    [
      'with a word of the language for an algorithm',
      'alg',
      () => forgedProof(keys, claims, { alg: 'constructor' }),
    ],
    [
      'signed by another key',
      'signature',
      () => forgedProof(keys, claims, { jwk: publicJwk }, aProofKey().privateKey),
    ],
    ['for another method', 'htm', () => forgedProof(keys, { ...claims, htm: 'POST' })],
    ['for a method in small letters', 'htm', () => forgedProof(keys, { ...claims, htm: 'get' })],
    ['for another path', 'htu', () => forgedProof(keys, { ...claims, htu: 'https://api.example/v1/me' })],
    ['for another host', 'htu', () => forgedProof(keys, { ...claims, htu: 'https://evil.example/v1/home' })],
    ['for another scheme', 'htu', () => forgedProof(keys, { ...claims, htu: 'http://api.example/v1/home' })],
    ['for a path alone', 'htu', () => forgedProof(keys, { ...claims, htu: '/v1/home' })],
    [
      'for an address with a user',
      'htu',
      () => forgedProof(keys, { ...claims, htu: 'https://u@api.example/v1/home' }),
    ],
    ['for no address', 'htu', () => forgedProof(keys, { ...claims, htu: undefined })],
    ['without a time', 'iat', () => forgedProof(keys, { ...claims, iat: undefined })],
    ['whose time is a text', 'iat', () => forgedProof(keys, { ...claims, iat: `${seconds()}` })],
    ['without an id', 'jti', () => forgedProof(keys, { ...claims, jti: undefined })],
    ['whose id is no text', 'jti', () => forgedProof(keys, { ...claims, jti: 7 })],
    ['whose id is very long', 'jti', () => forgedProof(keys, { ...claims, jti: 'j'.repeat(513) })],
    ['of another token', 'ath', () => forgedProof(keys, { ...claims, ath: hashOf('another') })],
    ['of no token', 'ath', () => forgedProof(keys, { ...claims, ath: undefined })],
  ])('is refused %s', (_name, reason, make) => {
    expect(taken(make())).toThrow(reason);
  });

  it('that was altered is refused', () => {
    const [head, body, signature] = forgedProof(keys, claims).split('.') as [string, string, string];
    const other = Buffer.from(JSON.stringify({ ...claims, jti: 'x', iat: seconds() })).toString('base64url');
    expect(taken(`${head}.${other}.${signature}`)).toThrow('signature');
    expect(taken(`${head}.${body}.${signature.slice(0, -4)}AAAA`)).toThrow('signature');
    expect(taken(`${head}.${body}`)).toThrow('exactly one proof');
  });

  it('for a request without a token needs no token hash', () => {
    expect(taken(forgedProof(keys, { ...claims, ath: undefined }), { tokenHash: undefined })).not.toThrow();
  });
});
