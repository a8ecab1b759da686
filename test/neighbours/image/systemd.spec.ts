import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { settingNames } from '#gateway/config/config';
import { describeWith } from '#test/support/neighbours/describe-with';
import { systemdAnalyze } from '#test/support/neighbours/programs';
import { tryFeatureSet } from '#test/support/feature-set';
import { Access } from '#test/support/access';
import { freePort } from '#libs/testing';
import { BootedSystemd } from './booted-systemd.ts';
import { Upstreams } from './upstreams.ts';

/** On a busy machine a gateway takes long to start. */
jest.setTimeout(120_000);

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

  it('needs no file that the commands of its page do not make', () => {
    const commands = /^```sh\n(.*?)^```/ms.exec(readFileSync('docs/deploy/systemd.md', 'utf8'))![1]!;
    const needed = [...text.matchAll(/^(?:EnvironmentFile=|LoadCredential=[\w-]+:)(\/.*)$/gm)];
    expect(needed.map(([, path]) => path!).filter((path) => !commands.includes(path))).toEqual([]);
  });

  describe('in a systemd that is booted for it', () => {
    const access = new Access();
    const upstreams = new Upstreams();
    let systemd: BootedSystemd;
    let url: string;
    let adminUrl: string;

    beforeAll(async () => {
      await upstreams.start();
      const { INTERNAL_TOKEN_KEY, ...urls } = upstreams.settings;
      const [PORT, ADMIN_PORT] = [await freePort(), await freePort()];
      [url, adminUrl] = [PORT, ADMIN_PORT].map((port) => `http://127.0.0.1:${port}`) as [string, string];
      const settings = { ...urls, HOST: '127.0.0.1', PORT: `${PORT}`, ADMIN_PORT: `${ADMIN_PORT}` };
      systemd = new BootedSystemd(settings, {
        'internal-token-key': INTERNAL_TOKEN_KEY!,
        'jwt-private-key': access.privateKey,
      });
      await systemd.booted();
    });
    afterAll(async () => {
      await systemd.close();
      await upstreams.stop();
    });

    it('serves what needs threads, native code and files, as a user of its own', async () => {
      await systemd.systemctl('start', 'atrium-gateway');
      await answered(url);
      expect(await tryFeatureSet(url, adminUrl, access)).toMatchObject({
        home: { status: 200, degraded: [] },
        avatar: [96, 320, 640],
        exported: ['COMPLETED', expect.stringContaining('id')],
        portal: 200,
      });
      expect(Number(await systemd.property('UID'))).toBeGreaterThan(60_000);
    });

    it('reloads, and is the same process', async () => {
      const pid = await systemd.property('MainPID');
      await systemd.systemctl('reload', 'atrium-gateway');
      expect(await systemd.property('MainPID')).toBe(pid);
    });

    it('is started again after a crash', async () => {
      const pid = await systemd.property('MainPID');
      await systemd.systemctl('kill', '--signal=SIGKILL', 'atrium-gateway');
      while (['0', pid].includes(await systemd.property('MainPID'))) await setTimeout(50);
      await answered(url);
      expect(await systemd.property('NRestarts')).toBe('1');
    });

    it('drains at a stop: a request under way is answered', async () => {
      const home = fetch(`${url}/v1/home`, { headers: access.of('u1') });
      await systemd.systemctl('stop', 'atrium-gateway');
      expect((await home).status).toBe(200);
      expect(await systemd.property('Result')).toBe('success');
    });

    it('is not started again with wrong settings, which its log names', async () => {
      systemd.addSettings({ DRAIN_MS: 'long' });
      await systemd.systemctl('start', 'atrium-gateway');
      while ((await systemd.property('ActiveState')) !== 'failed') await setTimeout(50);
      expect(await systemd.property('ExecMainStatus')).toBe('78');
      expect(await systemd.property('NRestarts')).toBe('0');
      expect(systemd.log()).toMatch(/These settings are wrong:\n {2}DRAIN_MS:/);
    });
  });
});

/** Waits until a gateway that starts answers. */
async function answered(url: string): Promise<void> {
  while (!(await fetch(`${url}/readyz`).catch(() => undefined))?.ok) await setTimeout(20);
}
