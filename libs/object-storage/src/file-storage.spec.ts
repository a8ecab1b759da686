import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SettingsError } from '#libs/process';
import { FileStorage } from './file-storage.ts';
import { openObjectStorage } from './open-object-storage.ts';

const TEXT = { type: 'text/plain' };

describe('a storage in a folder', () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'atrium-files-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('writes into a file of another name until all bytes are there', async () => {
    const storage = await FileStorage.open(folder);
    let seen: string[] = [];
    async function* source() {
      yield Buffer.from('half');
      seen = readdirSync(folder, { recursive: true }) as string[];
      yield Buffer.from('whole');
    }
    await storage.put('a/b', source(), TEXT);
    expect(seen.filter((name) => name.endsWith('.object'))).toEqual([]);
    expect(seen.filter((name) => name.startsWith('.unfinished/'))).toHaveLength(1);
    expect(readdirSync(join(folder, '.unfinished'))).toEqual([]);
    expect(readFileSync(join(folder, 'a/b.object'), 'utf8')).toMatch(/^halfwhole\{/);
  });

  it('refuses a file that was cut short, instead of returning a part of it', async () => {
    const storage = await FileStorage.open(folder);
    await storage.put('a', [Buffer.alloc(1_000)], TEXT);
    truncateSync(join(folder, 'a.object'), 900);
    await expect(storage.stat('a')).rejects.toThrow('damaged');
    // Others are still found.
    await storage.put('b', [], TEXT);
    const keys: string[] = [];
    for await (const { key } of storage.list('')) keys.push(key);
    expect(keys).toEqual(['b']);
  });

  it('removes what killed processes have left, a day later', async () => {
    await FileStorage.open(folder);
    for (const name of ['old', 'new']) writeFileSync(join(folder, '.unfinished', name), 'x');
    const dayBefore = Date.now() / 1_000 - 86_500;
    utimesSync(join(folder, '.unfinished/old'), dayBefore, dayBefore);
    await FileStorage.open(folder);
    expect(readdirSync(join(folder, '.unfinished'))).toEqual(['new']);
  });

  it('has one identity for all processes that start with it at once, and another in another folder', async () => {
    const all = await Promise.all([1, 2, 3, 4].map(() => FileStorage.open(folder)));
    expect(new Set(all.map(({ identity }) => identity)).size).toBe(1);
    expect((await FileStorage.open(join(folder, 'other'))).identity).not.toBe(all[0]!.identity);
  });

  it('refuses a folder that cannot be written, naming the setting', async () => {
    mkdirSync(join(folder, 'x'));
    writeFileSync(join(folder, 'x/file'), '');
    const opening = openObjectStorage({ kind: 'file', folder: join(folder, 'x/file') });
    await expect(opening).rejects.toThrow(SettingsError);
    await expect(opening).rejects.toThrow(/STORAGE_URL: names a folder that cannot be written \(E\w+\)/);
  });

  it('says that there is no space', async () => {
    const storage = await FileStorage.open(folder);
    async function* source() {
      yield Buffer.from('x');
      throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
    }
    await expect(storage.put('a', source(), TEXT)).rejects.toMatchObject({ code: 'STORAGE_FULL', status: 507 });
  });

  it('removes empty folders', async () => {
    const storage = await FileStorage.open(folder);
    await storage.put('a/b/c', [], TEXT);
    await storage.put('a/d', [], TEXT);
    await storage.delete('a/b/c');
    expect(readdirSync(join(folder, 'a'))).toEqual(['d.object']);
  });
});
