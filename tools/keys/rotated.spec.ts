import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { idOf, isSigning, rotated, type Rotation } from './rotated.ts';
import { PUBLISHED_SECONDS, type StoredKeys } from './with-next.ts';

const NOW = 1_800_000_000;
const rotate = (before: StoredKeys | undefined, how: Partial<Rotation> = {}): StoredKeys =>
  rotated(before, {
    algorithm: 'ES256',
    isNow: false,
    isCompromised: false,
    first: undefined,
    nowSeconds: NOW,
    ...how,
  });
const timesOf = ({ keys }: StoredKeys) => keys.filter(isSigning).map(({ nbf }) => nbf! - NOW);
const secretOf = ({ keys }: StoredKeys) => keys.find((key) => !isSigning(key))!.k;

describe('a rotation of keys', () => {
  it('begins with a key that signs at once, or with the one that signed before', () => {
    expect(timesOf(rotate(undefined))).toEqual([0]);
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const first = rotate(undefined, { first: privateKey });
    expect(first.keys[0]).toMatchObject({ nbf: 0, kid: idOf(first.keys[0]!) });
    expect(Buffer.from(secretOf(first)!, 'base64url')).toEqual(
      privateKey.export({ type: 'pkcs8', format: 'der' }),
    );
  });

  it('adds a key that signs once verifiers have fetched it, and keeps the secret', () => {
    const before = rotate(undefined);
    const after = rotate(before, { nowSeconds: NOW + 100 });
    expect(timesOf(after)).toEqual([0, 100 + PUBLISHED_SECONDS]);
    expect(secretOf(after)).toBe(secretOf(before));
  });

  it('removes keys whose tokens have all expired, and none before', () => {
    const both = rotate(rotate(undefined));
    const overAt = PUBLISHED_SECONDS + 960;
    expect(timesOf(rotate(both, { nowSeconds: NOW + overAt - 1 }))).toHaveLength(3);
    expect(timesOf(rotate(both, { nowSeconds: NOW + overAt }))).toEqual([
      PUBLISHED_SECONDS,
      overAt + PUBLISHED_SECONDS,
    ]);
  });

  it('is refused while the last new key does not sign, unless the next is to sign at once', () => {
    const both = rotate(rotate(undefined));
    expect(() => rotate(both)).toThrow('A rotation is under way: its key signs from 2027-01-15T08:06:00.000Z');
    expect(timesOf(rotate(both, { isNow: true, nowSeconds: NOW + 10 }))).toEqual([0, 10]);
  });

  it('replaces everything where keys are compromised', () => {
    const before = rotate(rotate(undefined));
    const after = rotate(before, { isCompromised: true });
    expect(timesOf(after)).toEqual([0]);
    expect(before.keys.map(({ kid }) => kid)).not.toContain(after.keys[0]!.kid);
    expect(secretOf(after)).not.toBe(secretOf(before));
  });

  it('makes keys of both algorithms', () => {
    expect(rotate(undefined).keys[0]!.kty).toBe('EC');
    expect(rotate(undefined, { algorithm: 'RS256' }).keys[0]!.kty).toBe('RSA');
  });
});
