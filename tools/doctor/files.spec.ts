import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '#gateway/config/config';
import { afterAll, describe, expect, it } from '@jest/globals';
import { checkFiles } from './files.ts';
import type { Finding } from './finding.ts';

const NOBODY = 65_534;
const folder = mkdtempSync(join(tmpdir(), 'atrium-doctor-files-'));
chmodSync(folder, 0o755);
afterAll(() => rmSync(folder, { recursive: true }));

const lines = (findings: Finding[]) =>
  findings.map(({ level, about, message }) => `${level} ${about}: ${message}`);
/** What is found by a user who is not root, to whom nothing is denied. */
function foundByUser(environment: NodeJS.ProcessEnv): string[] {
  const data = { DATA_DIR: environment['DATA_DIR'] ?? folder };
  const given = { environment, config: loadConfig({ JOBS_FILE: ':memory:', ...environment }), data };
  const isRoot = process.getuid!() === 0;
  if (isRoot) process.seteuid!(NOBODY);
  try {
    return lines(checkFiles(given));
  } finally {
    if (isRoot) process.seteuid!(0);
  }
}

/** A file that its owner alone could use, if at all. */
function closedFile(name: string): string {
  const path = join(folder, name);
  writeFileSync(path, '');
  chmodSync(path, 0o000);
  return path;
}

describe('npm run doctor, of files that another user has made', () => {
  it('finds nothing where there are none', () => {
    expect(foundByUser({ DATA_DIR: join(folder, 'none') })).toEqual([
      'ok files: this user can read and write those that are there',
    ]);
  });

  it('finds databases that cannot be written', () => {
    const file = closedFile('orders.sqlite');
    closedFile('notes.txt');
    expect(foundByUser({ DATA_DIR: folder })).toEqual([
      expect.stringMatching(new RegExp(`^problem DATA_DIR ${file}: cannot be written: EACCES`)),
    ]);
    rmSync(file);
  });

  it('finds jobs that cannot be written, and the log beside them', () => {
    const JOBS_FILE = join(folder, 'jobs.sqlite');
    const log = closedFile('jobs.sqlite-wal');
    const found = foundByUser({ DATA_DIR: join(folder, 'none'), JOBS_FILE });
    expect(found).toEqual([
      expect.stringMatching(new RegExp(`^problem JOBS_FILE ${log}: cannot be written: EACCES`)),
    ]);
    rmSync(log);
  });

  it('finds folders that cannot be read, or that a setting names and are not there', () => {
    const CLIENTS_DIR = join(folder, 'clients');
    mkdirSync(CLIENTS_DIR, { mode: 0o000 });
    const found = foundByUser({
      DATA_DIR: join(folder, 'none'),
      CLIENTS_DIR,
      PORTAL_DIR: join(folder, 'nowhere'),
    });
    expect(found).toEqual([
      expect.stringMatching(/^problem CLIENTS_DIR .*: cannot be read: EACCES/),
      expect.stringMatching(/^problem PORTAL_DIR .*: cannot be read: ENOENT/),
    ]);
  });
});
