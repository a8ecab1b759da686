import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
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
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { GatewayError } from '#libs/errors';
import { SettingsError, StartError } from '#libs/process';
import { FileStorage } from './file-storage.ts';
import { openObjectStorage } from './open-object-storage.ts';

const TEXT = { type: 'text/plain' };

const mounted = mkdtempSync(join(tmpdir(), 'atrium-mounted-'));
const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', mounted]).status === 0;
afterAll(() => {
  if (isMounted) spawnSync('umount', [mounted]);
  rmSync(mounted, { recursive: true });
});
const onMount = isMounted ? describe : describe.skip;

onMount(`a storage in a file system${isMounted ? '' : ' (only root may mount one)'}`, () => {
  const causeOf = (error: unknown) => (error as GatewayError).cause;
  const failed = (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      (error: unknown) => error as GatewayError,
    );
  const files = () =>
    (readdirSync(mounted, { recursive: true }) as string[]).filter((name) => /object|finished./.test(name));

  it('is full: it names the file in the cause, keeps nothing of it, and goes on when there is room', async () => {
    const storage = await FileStorage.open(mounted);
    await storage.put('first', [Buffer.alloc(600_000)], TEXT);
    const full = await failed(storage.put('second', [Buffer.alloc(600_000)], TEXT));
    expect(full).toMatchObject({ code: 'STORAGE_FULL', status: 507 });
    expect(causeOf(full)).toMatchObject({
      message: expect.stringMatching(/^ENOSPC: no space left on device, write '\/.+\/\.unfinished\/.+'$/),
    });
    expect(files()).toEqual(['first.object']);
    await storage.delete('first');
    await storage.put('second', [Buffer.alloc(600_000)], TEXT);
    expect(files()).toEqual(['second.object']);
    await storage.delete('second');
  });

  it('is full at the start: it is used all the same, and a new folder there is refused as what may pass', async () => {
    const { identity } = await FileStorage.open(mounted);
    const filling = join(mounted, 'filling');
    for (let bytes = 1_048_576; bytes >= 4_096; bytes /= 2)
      try {
        appendFileSync(filling, Buffer.alloc(bytes));
      } catch {
        // Less may still fit.
      }
    const again = await FileStorage.open(mounted);
    expect(again.identity).toBe(identity);
    expect(await failed(again.put('a', [Buffer.alloc(9_000)], TEXT))).toMatchObject({ status: 507 });
    const opening = await failed(openObjectStorage({ kind: 'file', folder: join(mounted, 'new') }));
    expect(opening).toBeInstanceOf(StartError);
    expect(opening).not.toBeInstanceOf(SettingsError);
    expect(opening!.message).toBe('STORAGE_URL names a folder that cannot be written now (ENOSPC)');
    rmSync(join(mounted, 'new'), { recursive: true, force: true });
    rmSync(filling);
    await again.put('a', [Buffer.alloc(9_000)], TEXT);
    await again.delete('a');
  });

  it('is read-only: what is there is read, and writes are refused until they are possible', async () => {
    const storage = await FileStorage.open(mounted);
    await storage.put('there', [Buffer.from('it')], TEXT);
    spawnSync('mount', ['-o', 'remount,ro', mounted]);
    for (const refused of [await failed(storage.put('a', [], TEXT)), await failed(storage.delete('there'))]) {
      expect(refused).toMatchObject({ code: 'OVERLOADED', source: 'storage', headers: { 'retry-after': '5' } });
      expect(causeOf(refused)).toMatchObject({ code: 'EROFS', path: expect.stringContaining(mounted) });
    }
    const there = await storage.stat('there');
    expect(await text((await storage.read(there!))!)).toBe('it');
    spawnSync('mount', ['-o', 'remount,rw', mounted]);
    await storage.delete('there');
    expect(files()).toEqual([]);
  });
});

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

  it('throws what the source of a file threw as it is, also an error of the system', async () => {
    const storage = await FileStorage.open(folder);
    const lost = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read' });
    async function* source() {
      yield Buffer.from('x');
      throw lost;
    }
    await expect(storage.put('a', source(), TEXT)).rejects.toBe(lost);
    expect(readdirSync(join(folder, '.unfinished'))).toEqual([]);
  });

  it('removes empty folders', async () => {
    const storage = await FileStorage.open(folder);
    await storage.put('a/b/c', [], TEXT);
    await storage.put('a/d', [], TEXT);
    await storage.delete('a/b/c');
    expect(readdirSync(join(folder, 'a'))).toEqual(['d.object']);
  });
});
