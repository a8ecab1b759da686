import { setTimeout as wait } from 'node:timers/promises';
import { Load } from '#test/support/load';
import { describeWith } from '#test/support/neighbours/describe-with';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { startUnderPm2, type UnderPm2 } from './pm2-gateway.ts';
import { pm2 } from './programs.ts';

jest.setTimeout(240_000);

const PER_SECOND = 20;

describeWith([pm2], 'PM2, with a memory limit', () => {
  let gateway: UnderPm2;

  beforeAll(async () => {
    gateway = await startUnderPm2(
      // A limit that every gateway is above.
      { instances: 1, max_memory_restart: '20M' },
      // PM2 looks at the memory each second, in place of each half minute.
      { PM2_WORKER_INTERVAL: '1000' },
    );
  });
  afterAll(() => gateway?.close());

  it('reloads an instance that is above it, under load, and loses nothing', async () => {
    const { url, access, connections, daemon } = gateway;
    const page = () => ({ path: '/graphql?query={__typename}', headers: access.of('u1') });
    const load = new Load(url, PER_SECOND, page, connections);
    const before = daemon.drained();
    while (daemon.drained() < before + 1) await wait(100);
    const samples = await load.stop();
    const lost = samples.filter(({ status }) => status !== 200);
    expect(lost.map(({ status, text }) => [status, text.slice(0, 200)])).toEqual([]);
    expect(samples.length).toBeGreaterThan(PER_SECOND);
    expect(daemon.ownLog()).toContain('restarted because it exceeds --max-memory-restart');
  });
});
