import { cpSync, mkdirSync, mkdtempSync, readlinkSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { describeWith } from '#test/support/neighbours/describe-with';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { pm2 } from './programs.ts';
import { startUnderPm2, type UnderPm2 } from './pm2-gateway.ts';

jest.setTimeout(120_000);

describeWith([pm2], 'a gateway under PM2 whose --cwd is the link to a release', () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'atrium-releases-')));
  const current = join(folder, 'current');
  let gateway: UnderPm2;

  beforeAll(async () => {
    deploy('first');
    const changes = { cwd: current, script: 'dist/bundles/gateway.js', instances: 1 };
    // A folder within the release would be another one after it, and is refused.
    gateway = await startUnderPm2(changes, { STORAGE_URL: `file:${folder}/files` });
  });
  afterAll(async () => {
    await gateway?.close();
    rmSync(folder, { recursive: true });
  });

  it('runs the release that the link names, after a reload the next one', async () => {
    expect(await running()).toBe('first');
    deploy('second');
    await gateway.daemon.run('reload', 'atrium');
    expect(await running()).toBe('second');
    expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200);
  });

  /** Makes a release of this build, and has the link name it. */
  function deploy(name: string): void {
    const release = join(folder, name);
    mkdirSync(release);
    cpSync('dist', join(release, 'dist'), { recursive: true });
    for (const part of ['node_modules', 'package.json', 'clients', 'released'])
      symlinkSync(resolve(part), join(release, part));
    rmSync(current, { force: true });
    symlinkSync(name, current);
  }

  /** The name of the release whose folder is that of the process. */
  async function running(): Promise<string> {
    const [gatewayProcess] = await gateway.daemon.list();
    return relative(folder, readlinkSync(`/proc/${gatewayProcess!.pid}/cwd`));
  }
});
