import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launcherPorts } from '#test/support/launcher-ports';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { Finding } from './finding.ts';

const folder = mkdtempSync(join(tmpdir(), 'atrium-doctor-command-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A machine on which nothing runs: free ports, an empty folder. */
const fresh: NodeJS.ProcessEnv = {
  ...(await launcherPorts()),
  DATA_DIR: join(folder, 'data'),
  STORAGE_URL: `file:${join(folder, 'files')}`,
};

describe('the command npm run doctor', () => {
  /** Runs it in a shell. @param limit a command before it */
  const run = (options: string, limit = 'ulimit -n 300 && ', settings: NodeJS.ProcessEnv = {}) =>
    new Promise<{ code: number | null; out: string }>((resolve) => {
      const script = `${limit}exec node -C atrium --import ./tools/swc-register.mjs tools/doctor.ts ${options}`;
      execFile('sh', ['-c', script], { env: { PATH: process.env['PATH'], ...fresh, ...settings } }, (error, out) =>
        resolve({ code: error ? Number(error.code) : 0, out }),
      );
    });

  it('ends with 0 where there is no problem', async () => {
    const { code, out } = await run('', '');
    expect(out).toMatch(/^ok {7}.+\n/);
    expect(out).toMatch(/\d+ ok, \d+ warnings, 0 problems\n$/);
    expect(code).toBe(0);
  });

  it('finds a limit of open files that is too low, says what to do, and ends with 1', async () => {
    const { code, out } = await run('');
    expect(out).toContain('PROBLEM  open files: a process may have 300: enough for 225 connections of clients');
    expect(out).toContain(
      'Raise the limit (ulimit -n 20000, or LimitNOFILE=20000 in a systemd unit), or set MAX_STREAMS=225.',
    );
    expect(out).toMatch(/\d+ ok, \d+ warnings, 1 problems\n$/);
    expect(code).toBe(1);
  });

  it.each([
    ['a setting that is wrong', { WORKERS: 'many' }, 'PROBLEM  WORKERS: '],
    [
      'no right to a folder',
      { STORAGE_URL: 'file:/dev/null/files' },
      'PROBLEM  STORAGE_URL /dev/null/files: cannot be written',
    ],
    ['no Redis', { REDIS_URL: 'redis://127.0.0.1:1' }, 'PROBLEM  Redis 127.0.0.1:1: cannot be used'],
    [
      'no database',
      { DATABASE_URL: 'postgres://127.0.0.1:1/shop' },
      'PROBLEM  PostgreSQL 127.0.0.1:1/shop: cannot be used',
    ],
    ['no folder of clients', { CLIENTS_DIR: '/nowhere' }, 'PROBLEM  CLIENTS_DIR /nowhere: cannot be read'],
  ])('ends with 1 where there is %s', async (_, settings, line) => {
    const { code, out } = await run('', '', settings);
    expect(out).toContain(line);
    expect(out).toMatch(/, 1 problems\n$/);
    expect(code).toBe(1);
  });

  it('prints JSON, or its help', async () => {
    const findings = JSON.parse((await run('--json')).out) as Finding[];
    expect(findings.filter(({ level }) => level === 'problem')).toMatchObject([{ about: 'open files' }]);
    expect(await run('--help')).toMatchObject({ code: 0, out: expect.stringContaining('Checks this machine') });
  });
});
