import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, ownRedisForTests } from '#libs/testing';
import { Follower } from '#test/support/follower';
import { RealShop } from '#test/support/real-shop';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

jest.setTimeout(120_000);

const redis = await ownRedisForTests();
const onRedis = 'skip' in redis ? describe.skip : describe;
const folder = mkdtempSync(join(tmpdir(), 'atrium-reload-'));
const SETTINGS_FILE = join(folder, 'settings.json');
const write = (settings: object) => {
  writeFileSync(`${SETTINGS_FILE}.new`, JSON.stringify(settings));
  renameSync(`${SETTINGS_FILE}.new`, SETTINGS_FILE);
};
let shop: RealShop;

beforeAll(async () => {
  if ('skip' in redis) return;
  write({ RATE_LIMIT_ANONYMOUS: '1000000/60', MAX_STREAMS_PER_CALLER: 500 });
  shop = await RealShop.open(async () => ({
    SETTINGS_FILE,
    RATE_LIMIT: 'on',
    WORKERS: '2',
    REDIS_URL: redis.url,
    SHEDDING: 'off',
  }));
});
afterAll(async () => {
  await shop?.close();
  if (!('skip' in redis)) await redis.stop();
  rmSync(folder, { recursive: true });
});

const audits = (audit: string) => shop.gateway.log.with({ audit });
const page = { path: '/v1/products/p1?fields=product', headers: { connection: 'close' } };
/** The rates that connections of their own find, so that each worker is asked. */
const rates = async () => {
  const answers = await Promise.all(
    Array.from({ length: 12 }, () => fetch(shop.url + page.path, { headers: { connection: 'close' } })),
  );
  return [...new Set(answers.map(({ headers }) => headers.get('ratelimit-policy')))];
};

onRedis('a reload of two workers', () => {
  it('happens in both when a file changes, and no request and no stream ends', async () => {
    const streams = await Promise.all(
      Array.from({ length: 200 }, () => Follower.open(`${shop.url}/v1/events/clock`)),
    );
    let ended = 0;
    for (const one of streams) void one.closed.then(() => (ended += 1));
    const load = shop.load(100, () => page);
    write({ RATE_LIMIT_ANONYMOUS: '900000/60', MAX_STREAMS_PER_CALLER: 500 });
    const audit = await shop.gateway.log.first({ audit: 'settings.reloaded' });
    expect(audit).toMatchObject({ reason: 'file', changes: ['RATE_LIMIT_ANONYMOUS: 1000000/60 → 900000/60'] });
    expect(await rates()).toEqual(['"anonymous";q=900000;w=60']);
    const ticks = streams.map((one) => one.all('tick').length);
    await Promise.all(streams.map((one, i) => one.until('tick', ticks[i]! + 1)));
    const samples = await load.stop();
    expect(samples.filter(({ status }) => status !== 200)).toEqual([]);
    expect(ended).toBe(0);
    for (const one of streams) one.close();
    expect(audits('settings.reloaded')).toHaveLength(1);
  });

  it('is refused by both where the file is wrong, with one line of the log', async () => {
    write({ RATE_LIMIT_ANONYMOUS: 'many' });
    await shop.gateway.log.first({ audit: 'settings.refused' });
    expect(audits('settings.refused')).toMatchObject([
      { reason: 'file', changes: [expect.stringContaining('SETTINGS_FILE.RATE_LIMIT_ANONYMOUS: must be')] },
    ]);
    expect(await rates()).toEqual(['"anonymous";q=900000;w=60']);
  });

  it('happens at SIGHUP to the first process, or at a request of an operator to either', async () => {
    write({ RATE_LIMIT_ANONYMOUS: '800000/60' });
    shop.gateway.signal('SIGHUP');
    await eventually(() => audits('settings.reloaded').length >= 2);
    expect(await rates()).toEqual(['"anonymous";q=800000;w=60']);
    write({ RATE_LIMIT_ANONYMOUS: '700000/60' });
    const answer = await fetch(`${shop.adminUrl}/admin/reload`, {
      method: 'POST',
      headers: shop.access.of('u2', 'admin'),
    });
    const { changes, processes } = (await answer.json()) as { changes: string[]; processes: number };
    expect([answer.status, processes]).toEqual([200, 2]);
    // The file may have been noticed first.
    expect(changes.length).toBeLessThanOrEqual(1);
    expect(await rates()).toEqual(['"anonymous";q=700000;w=60']);
  });
});
