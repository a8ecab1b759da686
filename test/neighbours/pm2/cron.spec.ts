/** @full It waits for whole minutes of a clock; `pm2.spec` holds restarts. */
import { resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Load, type Sample } from '#test/support/load';
import { describeWith } from '#test/support/neighbours/describe-with';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { startUnderPm2, type UnderPm2 } from './pm2-gateway.ts';
import { pm2, pm2Packages } from './programs.ts';

jest.setTimeout(240_000);

const PER_SECOND = 20;
const EVERY_30_S = '*/30 * * * * *';
/** All instances restart at once, and must run before the next time, on a busy machine too. */
const EVERY_MINUTE = '0 * * * * *';

describeWith([pm2], 'PM2, with restarts by the clock', () => {
  let gateway: UnderPm2;
  let isOver = false;
  afterAll(async () => {
    // A further command would start another daemon.
    isOver = true;
    await gateway?.close();
  });

  const load = () => {
    const page = () => ({ path: '/graphql?query={__typename}', headers: gateway.access.of('u1') });
    return new Load(gateway.url, PER_SECOND, page, gateway.connections);
  };
  const failedOf = (samples: readonly Sample[]) => samples.filter(({ status }) => status !== 200);
  const pids = async () =>
    (await gateway.daemon.list()).filter(({ name }) => name === 'atrium').map(({ pid }) => pid);
  /** Resolves once all instances are others than these, and take requests. */
  async function replaced(before: readonly number[]): Promise<void> {
    while (!isOver) {
      const listed = (await gateway.daemon.list()).filter(({ name }) => name === 'atrium');
      const isNew = ({ pid, pm2_env }: (typeof listed)[number]) =>
        pid > 0 && !before.includes(pid) && pm2_env.status === 'online';
      if (listed.length === 2 && listed.every(isNew)) return;
      await wait(500);
    }
  }

  beforeAll(async () => {
    gateway = await startUnderPm2(
      { instances: 2 },
      {
        PATH: `${pm2Packages.path}/node_modules/.bin:${process.env['PATH']}`,
        RELOAD_AT: EVERY_30_S,
      },
    );
  });

  it('reloads by reload.config.cjs, under load, and loses nothing', async () => {
    const before = await pids();
    const running = load();
    // It runs as soon as it is started, too.
    await gateway.daemon.run('start', resolve('docs/deploy/pm2/reload.config.cjs'));
    await replaced(before);
    const first = await pids();
    // At the next whole half minute.
    await replaced(first);
    const samples = await running.stop();
    await gateway.daemon.run('delete', 'atrium-reload');
    expect(failedOf(samples).map(({ status, text }) => [status, text.slice(0, 200)])).toEqual([]);
    expect(samples.length).toBeGreaterThan(PER_SECOND);
  });

  it('restarts all instances at once by cron_restart, whose losses are counted', async () => {
    await gateway.daemon.run('restart', 'atrium', '--cron-restart', EVERY_MINUTE);
    const before = await pids();
    const running = load();
    await replaced(before);
    const samples = await running.stop();
    const kinds = Map.groupBy(failedOf(samples), ({ status }) => status);
    const lost = [...kinds].map(([status, all]) => `${all.length} × ${status || 'no answer'}`);
    process.stdout.write(`  cron_restart: ${lost.join(', ') || 'none'} lost of ${samples.length} requests\n`);
    expect(samples.some(({ status }) => status === 200)).toBe(true);
    while (failedOf(await loadedFor(200)).length) await wait(200);
  });

  async function loadedFor(durationMs: number): Promise<Sample[]> {
    const running = load();
    await wait(durationMs);
    return running.stop();
  }
});
