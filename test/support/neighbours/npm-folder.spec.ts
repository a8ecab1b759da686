import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { NpmFolder } from './npm-folder.ts';
import { npmPackage, sourceOf } from './programs.ts';

jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), 'atrium-npm-folder-'));
const before = process.env['XDG_CACHE_HOME'];

beforeAll(() => void (process.env['XDG_CACHE_HOME'] = join(folder, 'cache')));
afterAll(() => {
  if (before === undefined) delete process.env['XDG_CACHE_HOME'];
  else process.env['XDG_CACHE_HOME'] = before;
  rmSync(folder, { recursive: true, force: true });
});

/** A project without registry requests: it has no dependencies, or one that its lock file does not have. */
function project(name: string, dependencies: object = {}): NpmFolder {
  const source = join(folder, name);
  mkdirSync(source, { recursive: true });
  const lock = { name, lockfileVersion: 3, packages: { '': { name } } };
  writeFileSync(join(source, 'package.json'), JSON.stringify({ name, dependencies }));
  writeFileSync(join(source, 'package-lock.json'), JSON.stringify(lock));
  return new NpmFolder(source);
}

describe('a folder of packages of npm', () => {
  it("is in the user's cache, one per lock file", () => {
    expect(dirname(project('one').path)).toBe(join(folder, 'cache', 'atrium', 'neighbours'));
    expect(project('one').path).toBe(project('one').path);
    expect(project('one').path).not.toBe(project('two').path);
  });

  it('is installed once', () => {
    const npm = project('one');
    npm.install();
    expect(existsSync(join(npm.path, 'package-lock.json'))).toBe(true);
    writeFileSync(join(npm.path, 'kept'), '');
    npm.install();
    expect(existsSync(join(npm.path, 'kept'))).toBe(true);
  });

  it('does not exist, not even partially, if npm fails', () => {
    const npm = project('broken', { missing: 'file:./nowhere' });
    expect(() => npm.install()).toThrow(/^npm ci in .*broken failed:\n[^]*missing/);
    expect(readdirSync(dirname(npm.path)).filter((name) => name.startsWith(npm.path.slice(-16)))).toEqual([]);
  });

  it('has the versions of its packages and the command that installs them', () => {
    const npm = project('one');
    const program = npmPackage(npm, 'A', '@a/core');
    expect(program.version()).toBeUndefined();
    mkdirSync(join(npm.path, 'node_modules/@a/core'), { recursive: true });
    writeFileSync(join(npm.path, 'node_modules/@a/core/package.json'), '{"version":"4.5.6"}');
    expect(program.version()).toBe('4.5.6');
    expect(sourceOf(program)).toBe('npm run test:neighbours -- --install');
    expect(sourceOf({ name: 'B', packages: ['b', 'c'], version: () => undefined })).toBe('apt-get install b c');
  });
});
