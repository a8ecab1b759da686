import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { givenSettings, notingFiles, readSettings, secret, secretsIn, SettingsError } from '#libs/process';
import { z } from 'zod';

const schema = z.object({
  TOKEN: secret(z.string().min(4, 'must be longer').optional()),
  PASSWORD: secret(z.string()),
  NAME: z.string().optional(),
});

const folder = mkdtempSync(join(tmpdir(), 'atrium-secrets-'));
const token = join(folder, 'token.txt');
const write = (text: string, mode = 0o600) => {
  writeFileSync(token, text);
  chmodSync(token, mode);
};
beforeEach(() => write('from a file\n'));
afterAll(() => rmSync(folder, { recursive: true }));

const read = (environment: NodeJS.ProcessEnv) => readSettings(schema, { PASSWORD: 'p', ...environment });
const problems = (environment: NodeJS.ProcessEnv) => {
  try {
    readSettings(schema, environment);
  } catch (error) {
    return (error as SettingsError).problems.map(({ setting, message }) => `${setting}: ${message}`);
  }
  return [];
};

describe('a secret', () => {
  it('may be in a file, without the line end there, and is named by its variable', () => {
    expect(read({ TOKEN_FILE: token }).TOKEN).toBe('from a file');
    expect(givenSettings()).toContainEqual({ name: 'TOKEN_FILE', isSecret: false });
    expect(secretsIn(schema)).toEqual(['TOKEN', 'PASSWORD']);
  });

  it('may be in a file with a byte order mark and line ends of Windows', () => {
    write('\uFEFFfrom a file\r\n');
    expect(read({ TOKEN_FILE: token }).TOKEN).toBe('from a file');
  });

  it.each([
    ['UTF-16', Buffer.from('\uFEFFfrom a file\r\n', 'utf16le')],
    ['Latin-1', Buffer.from('pässword', 'latin1')],
    ['bytes', Buffer.from('from\0a file')],
  ])('is refused in a file with %s, since another one would be used', (_, content) => {
    writeFileSync(token, content);
    expect(problems({ PASSWORD: 'p', TOKEN_FILE: token })).toEqual([
      'TOKEN_FILE: the file cannot be read: it is not text in UTF-8',
    ]);
  });

  it('may be PEM in a file with comments in another encoding, as openssl writes them', () => {
    const pem = '-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----';
    writeFileSync(token, Buffer.from(`friendlyName: Schlüssel\n${pem}\n`, 'latin1'));
    expect(read({ TOKEN_FILE: token }).TOKEN).toContain(pem);
  });

  it('may be a systemd credential of its name', () => {
    writeFileSync(join(folder, 'PASSWORD'), 'from systemd');
    expect(readSettings(schema, { CREDENTIALS_DIRECTORY: folder })).toEqual({ PASSWORD: 'from systemd' });
    expect(problems({ CREDENTIALS_DIRECTORY: folder, PASSWORD: 'p' })).toEqual([
      'PASSWORD: must not be set together with the variable PASSWORD',
    ]);
    rmSync(join(folder, 'PASSWORD'));
  });

  it.each<[string, NodeJS.ProcessEnv, string]>([
    [
      'given twice',
      { TOKEN: 'text', TOKEN_FILE: token },
      'TOKEN_FILE: must not be set together with the variable TOKEN',
    ],
    ['in a missing file', { TOKEN_FILE: join(folder, 'none') }, 'TOKEN_FILE: the file cannot be read: ENOENT'],
    ['in a folder', { TOKEN_FILE: folder }, 'TOKEN_FILE: the file cannot be read: EISDIR'],
  ])('is refused if it is %s', (_, environment, problem) => {
    expect(problems({ PASSWORD: 'p', ...environment })).toEqual([problem]);
  });

  it('is refused if its file is empty, or its content is wrong, which is not quoted', () => {
    write(' \n');
    expect(problems({ PASSWORD: 'p', TOKEN_FILE: token })).toEqual(['TOKEN_FILE: the file is empty']);
    write('abc');
    expect(problems({ PASSWORD: 'p', TOKEN_FILE: token })).toEqual(['TOKEN: must be longer']);
  });

  it('is not reported as missing besides the file that cannot be read', () => {
    expect(problems({ PASSWORD_FILE: folder })).toEqual(['PASSWORD_FILE: the file cannot be read: EISDIR']);
    expect(problems({})).toEqual(['PASSWORD: must be set']);
  });

  it('is read from a file for secrets alone', () => {
    expect(read({ NAME_FILE: token })).toEqual({ PASSWORD: 'p' });
  });
});

describe('the file of a secret', () => {
  const noted = () => notingFiles(() => read({ TOKEN_FILE: token }));

  it('is noted, so that a change of it is seen', () => {
    const before = noted();
    write('another');
    expect([...before.paths]).toEqual([token]);
    expect(noted().version).not.toBe(before.version);
  });

  it.each([
    [0o600, false],
    [0o640, false],
    [0o644, true],
    [0o604, true],
    [0o660, true],
  ])('with mode %o is exposed: %p', (mode, isExposed) => {
    write('text', mode);
    expect(noted().exposed.has(token)).toBe(isExposed);
  });
});
