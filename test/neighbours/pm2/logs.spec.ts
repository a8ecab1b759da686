import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Load } from '#test/support/load';
import { describeWith } from '#test/support/neighbours/describe-with';
import { logrotate, serverCommand } from '#test/support/neighbours/programs';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { startUnderPm2, type UnderPm2 } from './pm2-gateway.ts';
import { pm2, pm2Packages } from './programs.ts';

jest.setTimeout(240_000);

const PER_SECOND = 40;
const ROTATIONS = 4;
/** What PM2 itself writes to that file, in each process. */
const RELOADED = 'Reloading log...';

describeWith([pm2, logrotate], "PM2's logs", () => {
  let gateway: UnderPm2;
  let folder: string;

  beforeAll(async () => {
    gateway = await startUnderPm2({ instances: 2 });
    folder = join(gateway.daemon.home, 'logs');
  });
  afterAll(() => gateway?.close());

  /** The lines of all files that the output has been in. */
  function linesOf(): { requestId?: string; msg: string }[] {
    const files = readdirSync(folder).filter((name) => name.startsWith('atrium-out.log'));
    const text = files.map((name) => readFileSync(join(folder, name), 'utf8')).join('');
    return text
      .trimEnd()
      .split('\n')
      .filter((line) => line !== RELOADED)
      .map((line) => JSON.parse(line) as { requestId?: string; msg: string });
  }
  /** Whether the file of now has lines of requests. */
  const isWritten = () => {
    const file = join(folder, 'atrium-out.log');
    return existsSync(file) && readFileSync(file, 'utf8').includes('"requestId"');
  };
  /** Rotates by the configuration of the documents, for this folder and user. */
  async function rotate(): Promise<void> {
    const { home } = gateway.daemon;
    const reload = join(home, 'pm2');
    const program = [process.execPath, join(pm2Packages.path, 'node_modules/pm2/bin/pm2')];
    writeFileSync(
      reload,
      `#!/bin/sh\nHOME=${home} PM2_HOME=${home} exec ${program.map((part) => `'${part}'`).join(' ')} "$@"\n`,
    );
    chmodSync(reload, 0o755);
    const file = join(home, 'logrotate.conf');
    const text = readFileSync(resolve('docs/deploy/pm2/logrotate.conf'), 'utf8')
      .replaceAll('/home/atrium/.pm2', home)
      .replaceAll(/^ *su .*\n/gm, '')
      .replaceAll(' compress\n', ' nocompress\n');
    writeFileSync(file, text, { mode: 0o644 });
    await promisify(execFile)(serverCommand('logrotate'), ['--force', '--state', join(home, 'state'), file], {
      env: { PATH: `${home}:${process.env['PATH']}` },
    });
  }

  it('have the lines of the gateway in the file of the app, and not in that of PM2', async () => {
    await fetch(`${gateway.url}/v1/me`);
    while (!linesOf().some(({ requestId }) => requestId)) await wait(50);
    expect(linesOf().filter(({ msg }) => msg === 'listening')).toHaveLength(2);
    expect(gateway.daemon.ownLog()).not.toContain('"msg":');
  });

  it('are rotated, and the processes reloaded, under load: each request has its line, once and whole', async () => {
    const { url, access, connections, daemon } = gateway;
    const next = () => ({
      path: '/graphql?query={__typename}',
      headers: { ...access.of('u1'), 'x-request-id': randomUUID() },
    });
    const load = new Load(url, PER_SECOND, next, connections);
    for (let n = 0; n < ROTATIONS; n += 1) {
      while (!isWritten()) await wait(50);
      await rotate();
      // A reload has further processes write at the same time, and end.
      if (n === 1) await daemon.run('reload', 'atrium');
    }
    const samples = await load.stop();
    expect(samples.filter(({ status }) => status !== 200)).toEqual([]);
    expect(samples.length).toBeGreaterThan(PER_SECOND);
    // The last lines are those of processes that have ended.
    await daemon.run('stop', 'atrium');
    const logged = linesOf().flatMap(({ requestId }) => requestId ?? []);
    const sent = samples.map(({ request }) => request.headers['x-request-id']!);
    expect(readdirSync(folder).filter((name) => /^atrium-out\.log\.\d$/.test(name))).toHaveLength(ROTATIONS);
    const found = Map.groupBy(logged, (id) => id);
    expect(sent.filter((id) => found.get(id)?.length !== 1)).toEqual([]);
    process.stdout.write(`  ${samples.length} requests, ${ROTATIONS} rotations: each has its line\n`);
  });
});
