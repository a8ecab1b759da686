import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as passed } from 'node:timers/promises';
import type { WorkerLoad } from '#libs/process';
import { eventually, ownRedisForTests } from '#libs/testing';
import { Follower } from '#test/support/follower';
import { poolInTurn } from '#test/support/load';
import { RealShop } from '#test/support/real-shop';
import { unhurried } from '#test/support/unhurried';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

// A busy machine starts six processes here.
jest.setTimeout(180_000);

/** More than any worker takes. */
const LIMIT_BYTES = 4_000_000_000;

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
    WORKER_MEMORY_BYTES: `${LIMIT_BYTES}`,
    // What is lost is what counts here, and not what a busy machine sheds or answers late.
    ...unhurried(folder),
  }));
  await eventually(() => workers().length >= 2);
});
afterAll(async () => {
  await shop?.close();
  rmSync(folder, { recursive: true });
  if (!('skip' in redis)) await redis.stop();
});

const home = () => ({ path: '/v1/home', headers: shop.access.of('u1') });
/** Each over a connection of its own, so that any worker may get it. */
const alone = () => ({ ...home(), headers: { ...home().headers, connection: 'close' } });
/** What a client is told that polls, and polls again where nothing came in 25 s: a busy machine takes longer to replace workers. */
async function polledEvents(): Promise<unknown> {
  for (;;) {
    const answer = await fetch(`${shop.url}/v1/events?wait=25`, { headers: home().headers });
    if (answer.status !== 204) return answer.json();
  }
}
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

  it('shows the load of both at each: requests in flight, streams, and how late the event loop is', async () => {
    const token = home().headers.authorization.slice('Bearer '.length);
    const streams = [
      await Follower.open(`${shop.url}/v1/events`, token),
      await Follower.open(`${shop.url}/v1/events`, token),
    ];
    shop.processes.get('users')!.signal('SIGSTOP');
    const pending = Array.from({ length: 4 }, () => fetch(`${shop.url}/v1/me`, { headers: alone().headers }));
    try {
      await eachShows({ requestsInFlight: 4, openStreams: 2 });
    } finally {
      shop.processes.get('users')!.signal('SIGCONT');
    }
    expect((await Promise.all(pending)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    for (const stream of streams) stream.close();
    await eachShows({ requestsInFlight: 0, openStreams: 0 });

    const [late, other] = workers();
    process.kill(late!, 'SIGSTOP');
    await passed(2_000);
    process.kill(late!, 'SIGCONT');
    let load: WorkerLoad | undefined;
    while (!(load && load.loopDelayMs >= 1_000)) load = (await reportOf(other!)).find(({ pid }) => pid === late);
    expect(load.loopUtilization).toBeLessThanOrEqual(1);
  });

  it('shows the memory of each beside the limit, and that of the largest in the metrics', async () => {
    const sizes = workers().map(residentBytes);
    const loads = await reportOf(workers()[0]!);
    expect(loads.map(({ pid }) => pid)).toEqual(workers());
    for (const [place, load] of loads.entries()) expect(isAbout(load.residentBytes, sizes[place]!)).toBe(true);

    const metrics = await shop.metrics();
    expect(metrics).toContain(`\nworker_process_memory_limit_bytes ${LIMIT_BYTES}\n`);
    const [, largest] = /^worker_process_resident_memory_bytes (\d+)$/m.exec(metrics) ?? [];
    expect(isAbout(Number(largest), Math.max(...sizes))).toBe(true);

    const headers = { ...shop.access.admin, accept: 'text/html' };
    const page = await (await fetch(`${shop.adminUrl}/admin/ui`, { headers })).text();
    for (const pid of workers())
      expect(page).toMatch(new RegExp(`<th scope="row">${pid}</th>[^/]*</td>[^/]*>[\\d.]+ MB of 4 GB<`));
  });

  it('replaces them one by one on SIGUSR2, no request is lost meanwhile, and streams resume at the next', async () => {
    const before = workers();
    const token = home().headers.authorization.slice('Bearer '.length);
    const stream = await Follower.open(`${shop.url}/v1/events`, token);
    const polled = polledEvents();
    await shop.streams(2);
    const pool = poolInTurn(shop.url);
    const load = shop.load(60, home, pool);
    await eventually(() => load.samples.length >= 20);
    shop.gateway.signal('SIGUSR2');
    await shop.gateway.log.first({ msg: 'workers replaced' });
    const samples = await load.stop();
    await pool.close();
    expect(samples.filter(({ status }) => status !== 200)).toEqual([]);
    expect(workers()).toHaveLength(before.length + 2);
    for (const pid of before) expect(isRunning(pid)).toBe(false);

    await stream.closed;
    expect(stream.events.map(({ event }) => event)).toEqual(['shutdown']);
    expect(await polled).toEqual({ events: [{ event: 'shutdown', data: {}, retry: expect.any(Number) }] });
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
    await eventually(() => workers().at(-1) !== victim);
  });

  it('ends them all when it is asked to', async () => {
    const pids = workers();
    await shop.gateway.end('SIGTERM');
    for (const pid of pids) expect(isRunning(pid)).toBe(false);
  });
});

/** What one of the workers answers of all: its own load first. */
async function report(): Promise<WorkerLoad[]> {
  const headers = { ...shop.access.admin, connection: 'close' };
  const body = (await (await fetch(`${shop.adminUrl}/admin/workers`, { headers })).json()) as {
    memoryLimitBytes: number;
    workers: WorkerLoad[];
  };
  expect(body).toEqual({ memoryLimitBytes: LIMIT_BYTES, workers: expect.any(Array) });
  return body.workers;
}

/** That of one of them, which knows of the other. */
async function reportOf(pid: number): Promise<WorkerLoad[]> {
  for (;;) {
    const loads = await report();
    if (loads[0]!.pid === pid && loads.length === workers().length) return loads;
  }
}

/** Polls until each of the workers answers that both together have so many. */
async function eachShows(expected: Pick<WorkerLoad, 'requestsInFlight' | 'openStreams'>): Promise<void> {
  const names = Object.keys(expected) as (keyof typeof expected)[];
  const sum = (loads: WorkerLoad[], name: keyof typeof expected) => loads.reduce((all, one) => all + one[name], 0);
  for (const pid of workers()) {
    let loads = await reportOf(pid);
    while (names.some((name) => sum(loads, name) !== expected[name])) loads = await reportOf(pid);
  }
}

function residentBytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1024;
}

/** Memory grows and is given back meanwhile; twice as much would be that of both. */
const isAbout = (bytes: number, expected: number) => bytes > expected / 1.5 && bytes < expected * 1.5;

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
