import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Package } from './packages.ts';
import { readJson } from './release.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'atrium-new-'))));
afterEach(() => rmSync(folder, { recursive: true }));

describe('npm run new', () => {
  it('prints its usage', () => {
    const { status, stdout } = run('--help');
    expect([status, stdout]).toEqual([0, expect.stringContaining('npm run new -- ../my-bff')]);
  });

  it.each(['my-bff', "our team's code/my-bff", 'a$HOME`b/my-bff'])(
    'prints commands that a shell understands, for %s',
    (name) => {
      const target = join(folder, name);
      mkdirSync(dirname(target), { recursive: true });
      const { status, stdout } = run(target);
      expect(status).toBe(0);
      const [, cd] = /^ {2}(cd .*)$/m.exec(stdout)!;
      const shell = spawnSync('sh', ['-c', `${cd} && pwd -P`], { encoding: 'utf8' });
      expect(shell).toMatchObject({ stdout: `${realpathSync(target)}\n`, stderr: '' });
    },
  );

  it.each([
    [[], 'Name one folder'],
    [['--delete', 'x'], "Unknown option '--delete'"],
    [['a', 'b'], 'Name one folder'],
  ])('rejects %j, and prints its usage', (given, message) => {
    const { status, stderr } = run(...given);
    expect([status, stderr]).toEqual([64, expect.stringContaining(message)]);
    expect(stderr).toContain('npm run new -- ../my-bff');
  });

  it('creates a gateway, and prints the next steps', () => {
    const { status, stdout } = run(join(folder, 'my-bff'));
    expect([status, stdout]).toEqual([0, expect.stringContaining('npm ci && npm start')]);
    expect(readJson<Package>(join(folder, 'my-bff/package.json')).name).toBe('my-bff');
  });

  const run = (...given: string[]) =>
    spawnSync(process.execPath, ['-C', 'atrium', 'tools/new.ts', ...given], { encoding: 'utf8' });
});
