import { createRequire } from 'node:module';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort, ownRedisForTests } from '#libs/testing';
import { Access } from '#test/support/access';
import { builtEntry } from '#test/support/build';
import { Load, poolInTurn } from '#test/support/load';
import { describeWith } from '#test/support/neighbours/describe-with';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { Pm2Daemon } from './pm2-daemon.ts';
import { pm2 } from './programs.ts';

jest.setTimeout(240_000);

const PER_SECOND = 20;
const [app] = (createRequire(import.meta.url)(resolve('ecosystem.config.cjs')) as { apps: { env: object }[] })
  .apps;

describeWith([pm2], 'PM2, with a memory limit', () => {
  const access = new Access();
  let redis: Extract<Awaited<ReturnType<typeof ownRedisForTests>>, { url: string }>;
  let daemon: Pm2Daemon;
  let url: string;

  beforeAll(async () => {
    const started = await ownRedisForTests();
    if ('skip' in started) throw new Error(started.skip);
    redis = started;
    await builtEntry('gateway');
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    daemon = new Pm2Daemon({
      // PM2 looks at the memory each second, in place of each half minute.
      PM2_WORKER_INTERVAL: '1000',
      PORT: `${port}`,
      ADMIN_PORT: '0',
      JWT_PRIVATE_KEY: access.privateKey,
      REDIS_URL: redis.url,
      RATE_LIMIT: 'off',
      SHEDDING: 'off',
      REQUEST_TIMEOUT_MS: '30000',
    });
    const file = join(daemon.home, 'leaking.config.cjs');
    // A limit that every gateway is above.
    const env = { ...app!.env, ADMIN_PORT: '0' };
    const leaking = { ...app, env, instances: 1, increment_var: undefined, max_memory_restart: '20M' };
    writeFileSync(file, `module.exports = ${JSON.stringify({ apps: [leaking] })};\n`);
    await daemon.run('start', file);
  });
  afterAll(async () => {
    await daemon?.close();
    await redis?.stop();
  });

  it('reloads an instance that is above it, under load, and loses nothing', async () => {
    const page = () => ({ path: '/graphql?query={__typename}', headers: access.of('u1') });
    const connections = poolInTurn(url);
    const load = new Load(url, PER_SECOND, page, connections);
    const before = daemon.drained();
    while (daemon.drained() < before + 1) await wait(100);
    const samples = await load.stop();
    await connections.destroy();
    const lost = samples.filter(({ status }) => status !== 200);
    expect(lost.map(({ status, text }) => [status, text.slice(0, 200)])).toEqual([]);
    expect(samples.length).toBeGreaterThan(PER_SECOND);
    expect(daemon.ownLog()).toContain('restarted because it exceeds --max-memory-restart');
  });
});
