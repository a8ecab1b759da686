import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort, ownRedisForTests } from '#libs/testing';
import { Access } from '#test/support/access';
import { builtEntry } from '#test/support/build';
import { Load, type LoadRequest, poolInTurn, type Sample } from '#test/support/load';
import { describeWith } from '#test/support/neighbours/describe-with';
import { Shop } from '#test/support/shop';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { RoundRobinPool } from 'undici';
import { Pm2Daemon } from './pm2-daemon.ts';
import { pm2 } from './programs.ts';

jest.setTimeout(120_000);

const PER_SECOND = 40;
const INTERNAL_TOKEN_KEY = 'a-key-of-this-test-for-internal-tokens-0123456789';

describeWith([pm2], 'PM2, with ecosystem.config.cjs', () => {
  const access = new Access();
  let redis: Extract<Awaited<ReturnType<typeof ownRedisForTests>>, { url: string }>;
  let shop: Shop;
  let daemon: Pm2Daemon;
  let settings: NodeJS.ProcessEnv;
  let url: string;
  let connections: RoundRobinPool;
  const adminPorts: number[] = [];

  beforeAll(async () => {
    const started = await ownRedisForTests();
    if ('skip' in started) throw new Error(started.skip);
    redis = started;
    await builtEntry('gateway');
    shop = await Shop.open({ JWT_PRIVATE_KEY: access.privateKey, INTERNAL_TOKEN_KEY }, { INTERNAL_TOKEN_KEY });
    const { upstreams } = (await shop.logs.gateway.first({ msg: 'listening' })) as {
      upstreams: { name: string; addresses: string[] }[];
    };
    const port = await freePort();
    adminPorts.push(await twoPorts());
    url = `http://127.0.0.1:${port}`;
    connections = poolInTurn(url);
    settings = {
      ...Object.fromEntries(upstreams.map(({ name, addresses }) => [`${name.toUpperCase()}_URL`, addresses[0]!])),
      PORT: `${port}`,
      ADMIN_PORT: `${adminPorts[0]}`,
      WORKERS: '2',
      // Required in production.
      JWT_PRIVATE_KEY: access.privateKey,
      INTERNAL_TOKEN_KEY,
      REDIS_URL: redis.url,
      RATE_LIMIT: 'off',
      SHEDDING: 'off',
      SERVER_TIMING: 'pid',
      REQUEST_TIMEOUT_MS: '30000',
    };
    daemon = new Pm2Daemon(settings);
    await daemon.run('start', resolve('ecosystem.config.cjs'), '--env', 'production');
  });
  afterAll(async () => {
    await connections?.destroy();
    await daemon?.close();
    await shop?.close();
    await redis?.stop();
  });

  // Without an upstream: how busy the machine is does not matter, and what fails is lost by the restart.
  const page = (): LoadRequest => ({ path: '/graphql?query={__typename}', headers: access.of('u1') });
  const load = () => new Load(url, PER_SECOND, page, connections);
  const failedOf = (samples: readonly Sample[]) =>
    samples.filter(({ status }) => status !== 200).map(({ status, text }) => [status, text.slice(0, 200)]);
  const pids = async () => (await daemon.list()).map(({ pid }) => pid).sort();
  /** The processes that answer. */
  async function answering(): Promise<number[]> {
    const found = new Set<number>();
    for (let n = 0; n < 20; n += 1) {
      const answer = await fetch(`${url}/v1/me?fields=id`, {
        headers: { ...access.of('u1'), connection: 'close' },
      });
      await answer.arrayBuffer();
      found.add(Number(/process;desc="(\d+)"/.exec(answer.headers.get('server-timing') ?? '')?.[1]));
    }
    return [...found].sort();
  }

  it('runs its instances behind one port, each with an admin port and metrics of its own', async () => {
    const listed = await daemon.list();
    expect(listed.map(({ pm2_env }) => pm2_env.status)).toEqual(['online', 'online']);
    expect(await answering()).toEqual(await pids());
    for (const port of [adminPorts[0]!, adminPorts[0]! + 1]) {
      const metrics = await fetch(`http://127.0.0.1:${port}/metrics`);
      expect(metrics.status).toBe(200);
      expect(await metrics.text()).toContain('worker_process_starts_total{reason="start"} 1');
    }
  });

  it('has the settings of production, and the limits of the file', async () => {
    for (const { pm2_env } of await daemon.list())
      expect(pm2_env).toMatchObject({
        NODE_ENV: 'production',
        WORKERS: '1',
        wait_ready: true,
        listen_timeout: 30_000,
        kill_timeout: 12_000,
        max_memory_restart: 600 * 1024 * 1024,
      });
  });

  it('reloads them under load, and loses nothing', async () => {
    const before = await pids();
    const running = load();
    await wait(500);
    await daemon.run('reload', 'atrium');
    await wait(500);
    const samples = await running.stop();
    expect(failedOf(samples)).toEqual([]);
    expect(samples.length).toBeGreaterThan(PER_SECOND);
    expect((await pids()).filter((pid) => before.includes(pid))).toEqual([]);
    // Each has drained in its time.
    while (daemon.drained() < 2) await wait(50);
    expect(daemon.ownLog()).not.toContain('SIGKILL');
  });

  it('tells streams that it reloads, so that they resume at the next instance', async () => {
    const stream = await fetch(`${url}/v1/events`, {
      headers: { ...access.of('u1'), accept: 'text/event-stream' },
    });
    const [text] = await Promise.all([stream.text(), daemon.run('reload', 'atrium')]);
    expect(text).toMatch(/^retry: \d+\nevent: shutdown\n/m);
    const again = await fetch(`${url}/v1/events?wait=0`, { headers: access.of('u1') });
    expect(again.status).toBeLessThan(300);
  });

  it('answers again after `pm2 restart`, whose losses are counted', async () => {
    const running = load();
    await wait(500);
    await daemon.run('restart', 'atrium');
    await wait(500);
    const samples = await running.stop();
    const kinds = Map.groupBy(failedOf(samples), ([status]) => status);
    const lost = [...kinds].map(([status, all]) => `${all.length} × ${status || 'no answer'}`);
    process.stdout.write(`  pm2 restart: ${lost.join(', ') || 'none'} lost of ${samples.length} requests\n`);
    expect(failedOf(await loadedFor(500))).toEqual([]);
  });

  async function loadedFor(durationMs: number): Promise<Sample[]> {
    const running = load();
    await wait(durationMs);
    return running.stop();
  }

  it('starts a gateway with wrong settings once, and says which: its instances are the workers', async () => {
    const file = join(daemon.home, 'wrong.config.cjs');
    const [app] = (createRequire(import.meta.url)(resolve('ecosystem.config.cjs')) as { apps: object[] }).apps;
    const env = { WORKERS: '2', PORT: '0', ADMIN_PORT: '0' };
    const wrong = { ...app, name: 'wrong', instances: 1, increment_var: undefined, env };
    writeFileSync(file, `module.exports = ${JSON.stringify({ apps: [wrong] })};\n`);
    await daemon.run('start', file);
    const ended = async () => (await daemon.list()).find(({ pm2_env }) => pm2_env.status === 'waiting restart');
    while (!(await ended())) await wait(100);
    // Ten times as long as PM2 says that it waits.
    await wait(1_000);
    expect((await ended())?.pm2_env.restart_time).toBe(0);
    expect(daemon.log('wrong-error.log')).toContain(
      'WORKERS: must be 1 in the cluster mode of PM2, whose instances are the workers: set instances there',
    );
  });
});

/** The first of two free ports in a row. */
async function twoPorts(): Promise<number> {
  for (;;) {
    const port = await freePort();
    const { createServer } = await import('node:net');
    const isFree = await new Promise<boolean>((settle) => {
      const server = createServer().once('error', () => settle(false));
      server.listen(port + 1, '127.0.0.1', () => server.close(() => settle(true)));
    });
    if (isFree) return port;
  }
}
