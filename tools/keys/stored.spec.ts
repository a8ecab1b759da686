import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  chmodSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { rotated } from './rotated.ts';
import { changeStored, readStored } from './stored.ts';
import type { StoredKeys } from './with-next.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atrium-stored-keys-'));
  file = join(folder, 'keys.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

const rotate = (before: StoredKeys | undefined) =>
  rotated(before, {
    algorithm: 'ES256',
    isNow: true,
    isCompromised: false,
    first: undefined,
    nowSeconds: Math.floor(Date.now() / 1_000),
  });
const modeOf = (path: string) => statSync(path).mode & 0o777;

describe('a keys file', () => {
  it('is made for its owner alone, and keeps its mode afterwards', () => {
    changeStored(file, readStored, rotate);
    expect(modeOf(file)).toBe(0o600);
    chmodSync(file, 0o640);
    changeStored(file, readStored, rotate);
    expect(modeOf(file)).toBe(0o640);
    expect(readStored(file).keys).toHaveLength(3);
    expect(readdirSync(folder)).toEqual(['keys.json']);
  });

  it('is changed where a symbolic link leads', () => {
    changeStored(file, readStored, rotate);
    const link = join(folder, 'link.json');
    symlinkSync(file, link);
    changeStored(link, readStored, rotate);
    expect(readStored(file).keys).toHaveLength(3);
  });

  it('stays as it is if the change fails, or if another rotation runs', () => {
    changeStored(file, readStored, rotate);
    const before = readFileSync(file, 'utf8');
    expect(() =>
      changeStored(file, readStored, () => {
        throw new Error('no');
      }),
    ).toThrow('no');
    writeFileSync(`${file}.new`, '');
    expect(() => changeStored(file, readStored, rotate)).toThrow('another rotation is running, or was ended');
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  it.each([
    ['not JSON', 'no json', 'the file is not JSON'],
    ['empty', '{"keys":[]}', 'must contain a signing key'],
    ['without a secret', '{"keys":[]}', 'must contain one key of type oct'],
    [
      'with a weak key',
      '{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]}',
      'keys.0: must be an RSA key of at least 2048',
    ],
    ['with a short secret', '{"keys":[{"kty":"oct","k":"abc"}]}', 'keys.0.k: must be at least 32 bytes'],
  ])('is refused if it is %s, without its content', (_, text, why) => {
    writeFileSync(file, text);
    expect(() => changeStored(file, readStored, rotate)).toThrow(why);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });
});
