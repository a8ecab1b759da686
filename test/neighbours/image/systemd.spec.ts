import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { settingNames } from '#gateway/config/config';
import { describeWith } from '#test/support/neighbours/describe-with';
import { systemdAnalyze } from '#test/support/neighbours/programs';

const UNIT = 'docs/deploy/systemd/atrium-gateway.service';

describeWith([systemdAnalyze], 'the unit of systemd', () => {
  const text = readFileSync(UNIT, 'utf8');

  it('is valid', () => {
    const folder = mkdtempSync(join(tmpdir(), 'atrium-unit-'));
    const file = join(folder, 'atrium-gateway.service');
    // It is looked for on this machine.
    writeFileSync(file, text.replace('/usr/local/bin/node', process.execPath));
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    // It reads other units of this machine, too, and says what it thinks of them.
    const complaints = stderr.split('\n').filter((line) => line.includes('atrium'));
    expect({ status, complaints }).toEqual({ status: 0, complaints: [] });
  });

  it('leaves an exposure of less than 1.5 of 10', () => {
    const { status, stdout } = spawnSync(
      'systemd-analyze',
      ['security', '--offline=true', '--no-pager', '--threshold=14', UNIT],
      { encoding: 'utf8' },
    );
    expect(stdout).toMatch(/Overall exposure level.*: [01]\.\d OK/);
    expect(status).toBe(0);
  });

  it('sets only what the gateway, Node or glibc reads', () => {
    const names = [...text.matchAll(/^Environment=(\w+)=/gm)].map(([, name]) =>
      name!.replace(/_KEY_FILE$/, '_KEY'),
    );
    const known = [...settingNames, 'NODE_COMPILE_CACHE', 'MALLOC_ARENA_MAX'];
    expect(names.filter((name) => !known.includes(name))).toEqual([]);
  });
});
