import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { internalTokenKey } from '#libs/internal-token';
import { type InternalRotation, readInternal, rotatedInternal } from './rotated-internal.ts';
import { changeStored } from './stored.ts';
import { PUBLISHED_SECONDS, type StoredKeys } from './with-next.ts';

const NOW = 1_800_000_000;
const OLD = 'the secret from before these specs';
const folder = mkdtempSync(join(tmpdir(), 'atrium-internal-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));

const rotate = (before: StoredKeys | undefined, how: Partial<InternalRotation> = {}): StoredKeys =>
  rotatedInternal(before, { isNow: false, isCompromised: false, first: undefined, nowSeconds: NOW, ...how });
const timesOf = ({ keys }: StoredKeys) => keys.map(({ nbf }) => nbf! - NOW);
const textOf = ({ k = '' }: { k?: string }) => Buffer.from(k, 'base64url').toString();

describe('a rotation of the keys of internal tokens', () => {
  it('begins with a secret that signs at once, or with the one that signed before', () => {
    expect(timesOf(rotate(undefined))).toEqual([0]);
    const { keys } = rotate(undefined, { first: OLD });
    expect(keys).toMatchObject([{ kty: 'oct', nbf: 0 }]);
    expect(keys.map(textOf)).toEqual([OLD]);
  });

  it('adds a secret that signs six minutes later, and is what processes read', () => {
    const after = rotate(rotate(undefined));
    expect(timesOf(after)).toEqual([0, PUBLISHED_SECONDS]);
    expect(internalTokenKey.parse(JSON.stringify(after))).toMatchObject([
      { signsFrom: (NOW + PUBLISHED_SECONDS) * 1_000 },
      { signsFrom: NOW * 1_000 },
    ]);
  });

  it('removes secrets whose tokens have all expired, and none before', () => {
    const both = rotate(rotate(undefined));
    const overAt = PUBLISHED_SECONDS + 120;
    expect(timesOf(rotate(both, { nowSeconds: NOW + overAt - 1 }))).toHaveLength(3);
    expect(timesOf(rotate(both, { nowSeconds: NOW + overAt }))).toEqual([
      PUBLISHED_SECONDS,
      overAt + PUBLISHED_SECONDS,
    ]);
  });

  it('is refused while the last new secret does not sign; replaces everything where they are compromised', () => {
    const both = rotate(rotate(undefined));
    expect(() => rotate(both)).toThrow('A rotation is under way');
    const after = rotate(both, { isCompromised: true });
    expect(timesOf(after)).toEqual([0]);
    expect(both.keys.map(({ k }) => k)).not.toContain(after.keys[0]!.k);
  });

  it('changes a file with secrets as text: the first of them signs until the new one does', () => {
    const file = join(folder, 'internal.key');
    const other = 'a secret that only is accepted still';
    writeFileSync(file, `${OLD},${other}\n`, { mode: 0o600 });
    const [before, after] = changeStored(file, readInternal, (keys) => rotate(keys));
    expect(before!.keys.map(textOf)).toEqual([OLD, other]);
    expect(after.keys.map(textOf)).toEqual([OLD, expect.any(String)]);
    expect(readInternal(file)).toEqual(after);
  });

  it.each([
    ['short', 'must be at least 32 characters'],
    ['{"keys":[]}', 'keys: must contain a key'],
    ['{"keys":[{"kty":"oct","nbf":0,"k":"abcd"}]}', 'keys.0.k: must be at least 32 bytes'],
    ['{"keys"', 'must be a JWK Set'],
  ])('refuses the file %s', (text, why) => {
    const file = join(folder, 'wrong.key');
    writeFileSync(file, text);
    expect(() => changeStored(file, readInternal, (keys) => rotate(keys))).toThrow(why);
  });
});
