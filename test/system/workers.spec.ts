import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownRedisForTests } from '#libs/testing';
import { Follower } from '#test/support/follower';
import { poolInTurn } from '#test/support/load';
import { RealShop } from '#test/support/real-shop';
import { unhurried } from '#test/support/unhurried';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

// A busy machine starts six processes here.
jest.setTimeout(180_000);

const redis = await ownRedisForTests();
const onRedis = 'skip' in redis ? describe.skip : describe;
const folder = mkdtempSync(join(tmpdir(), 'atrium-workers-'));
let shop: RealShop;

beforeAll(async () => {
  if ('skip' in redis) return;
  shop = await RealShop.open(async () => ({
    WORKERS: '2',
    REDIS_URL: redis.url,
    DRAIN_MS: '1000',
    // What is lost is what counts here, and not what a busy machine sheds or answers late.
    ...unhurried(folder),
  }));
  while (workers().length < 2) await new Promise(setImmediate);
});
afterAll(async () => {
  await shop?.close();
  rmSync(folder, { recursive: true });
  if (!('skip' in redis)) await redis.stop();
});

const home = () => ({ path: '/v1/home', headers: shop.access.of('u1') });
/** Each over a connection of its own, so that any worker may get it. */
const alone = () => ({ ...home(), headers: { ...home().headers, connection: 'close' } });
const workers = () => shop.gateway.log.with({ msg: 'worker started' }).map(({ worker }) => worker as number);

onRedis('a gateway of two workers', () => {
  it('answers at one port, by both, with metrics of both together', async () => {
    const samples = await shop.loadFor(1_000, 100, alone);
    expect(new Set(samples.map(({ status }) => status))).toEqual(new Set([200]));
    const metrics = await shop.metrics();
    const [, counted] =
      /^http_request_duration_seconds_count\{.*route="\/v1\/home".*\} (\d+)$/m.exec(metrics) ?? [];
    expect(Number(counted)).toBe(samples.length);
    expect(metrics.match(/^process_cpu_user_seconds_total /gm)).toHaveLength(1);
  });

  it('replaces them one by one on SIGUSR2, no request is lost meanwhile, and streams resume at the next', async () => {
    const before = workers();
    const token = home().headers.authorization.slice('Bearer '.length);
    const stream = await Follower.open(`${shop.url}/v1/events`, token);
    const polled = fetch(`${shop.url}/v1/events?wait=25`, { headers: home().headers });
    await shop.streams(2);
    const pool = poolInTurn(shop.url);
    const load = shop.load(60, home, pool);
    while (load.samples.length < 20) await new Promise(setImmediate);
    shop.gateway.signal('SIGUSR2');
    await shop.gateway.log.first({ msg: 'workers replaced' });
    const samples = await load.stop();
    await pool.close();
    expect(samples.filter(({ status }) => status !== 200)).toEqual([]);
    expect(workers()).toHaveLength(before.length + 2);
    for (const pid of before) expect(isRunning(pid)).toBe(false);

    await stream.closed;
    expect(stream.events.map(({ event }) => event)).toEqual(['shutdown']);
    expect(await (await polled).json()).toEqual({
      events: [{ event: 'shutdown', data: {}, retry: expect.any(Number) }],
    });
    const next = await Follower.open(`${shop.url}/v1/events`, token, stream.lastId);
    expect(next.status).toBe(200);
    next.close();
  });

  it('starts another for one that is killed, and answers meanwhile', async () => {
    const victim = workers().at(-1)!;
    process.kill(victim, 'SIGKILL');
    const ended = await shop.gateway.log.first({ msg: 'a worker ended: starting another' });
    expect(ended).toMatchObject({ worker: victim, signal: 'SIGKILL', level: 'warn' });
    const samples = await shop.loadFor(500, 50, alone);
    expect(samples.filter(({ status }) => status !== 200)).toEqual([]);
    while (workers().at(-1) === victim) await new Promise(setImmediate);
  });

  it('ends them all when it is asked to', async () => {
    const pids = workers();
    await shop.gateway.end('SIGTERM');
    for (const pid of pids) expect(isRunning(pid)).toBe(false);
  });
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
