import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { provenance } from './provenance.ts';

describe('the provenance of an image', () => {
  let folder: string;
  const aPackage = (more: object = {}) =>
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ version: '1.2.3', ...more }));
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();
  const committed = () => {
    git('init', '--quiet');
    git('add', '.');
    const author = ['-c', 'user.name=spec', '-c', 'user.email=spec@example.com', '-c', 'commit.gpgsign=false'];
    git(...author, 'commit', '--quiet', '--message', 'first');
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'atrium-provenance-'));
    aPackage();
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is the commit, its date, the version and the address of the repository', () => {
    aPackage({ repository: { url: 'https://git.example/atrium' } });
    committed();
    const REVISION = git('rev-parse', 'HEAD');
    expect(REVISION).toMatch(/^[0-9a-f]{40}$/);
    expect(provenance(folder)).toEqual({
      VERSION: '1.2.3',
      REVISION,
      CREATED: git('log', '-1', '--format=%cI'),
      SOURCE: 'https://git.example/atrium',
    });
  });

  it('says that there are changes in no commit', () => {
    committed();
    writeFileSync(join(folder, 'new'), '');
    expect(provenance(folder)['REVISION']).toBe(`${git('rev-parse', 'HEAD')}-changed`);
  });

  it.each([
    ['https://ada:hunter2@git.example/atrium.git', 'https://git.example/atrium.git'],
    ['git@git.example:atrium.git', 'git@git.example:atrium.git'],
  ])('names the remote %s without a password', (remote, source) => {
    committed();
    git('remote', 'add', 'origin', remote);
    expect(provenance(folder)['SOURCE']).toBe(source);
  });

  it('has no commit and no repository where there is no git', () => {
    expect(provenance(folder)).toEqual({ VERSION: '1.2.3', CREATED: expect.stringMatching(/^\d{4}-.*Z$/) });
  });
});
