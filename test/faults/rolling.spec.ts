import { isAlive, ownRedisForTests } from '#libs/testing';
import { isWhole } from '#test/support/load';
import { passed } from '#test/support/quiet-machine';
import { RealShop } from '#test/support/real-shop';
import { Row } from '#test/support/row';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

jest.setTimeout(120_000);

const PER_SECOND = 1_000;
/** Less than any worker has. */
const LOW_BYTES = 67_108_864;

const redis = await ownRedisForTests();
const onRedis = 'skip' in redis ? describe.skip : describe;
let shop: RealShop;

beforeAll(async () => {
  if ('skip' in redis) return;
  const settings = { WORKERS: '2', REDIS_URL: redis.url, CACHE: 'on', SHEDDING: 'off' };
  shop = await RealShop.open(async () => settings);
});
afterAll(async () => {
  await shop?.close();
  if (!('skip' in redis)) await redis.stop();
});

onRedis('a rolling restart', () => {
  it('of two workers under load loses nothing', async () => {
    const row = new Row('rolling restart of two workers, 1,000 requests/s');
    const page = { path: '/v1/products/p1?fields=product', headers: {} };
    await shop.loadFor(2_000, PER_SECOND / 2, () => page);

    const load = shop.load(PER_SECOND, () => page);
    await passed(1_000);
    shop.gateway.signal('SIGUSR2');
    await shop.gateway.log.first({ msg: 'workers replaced' });
    await passed(1_000);
    const samples = await load.stop();

    row.all('answered, and whole', samples, isWhole);
    row.note('asked meanwhile', '≥ 4,000', `${samples.length}`, samples.length >= 4_000);
    expect(row.missed).toEqual([]);
  });
});

onRedis('a worker above its memory limit', () => {
  it('is replaced under load, and nothing is lost', async () => {
    if ('skip' in redis) return;
    const row = new Row('a worker above WORKER_MEMORY_BYTES is replaced');
    await shop.close();
    shop = await RealShop.open(async () => ({
      // A database of its own: gateways of one Redis share a folder of files, which this one does not.
      WORKERS: '2',
      REDIS_URL: `${redis.url}/1`,
      SHEDDING: 'off',
      DRAIN_MS: '500',
      WORKER_MEMORY_BYTES: `${LOW_BYTES}`,
    }));
    const load = shop.load(PER_SECOND / 5, () => ({ path: '/v1/products/p1?fields=product', headers: {} }));
    const { worker, residentBytes } = await shop.gateway.log.first({
      msg: 'a worker uses too much memory: replacing it',
    });
    while (shop.gateway.log.with({ msg: 'worker started' }).length < 3) await passed(10);
    while (isAlive(worker as number)) await passed(10);
    const samples = await load.stop();
    row.all('answered, and whole', samples, isWhole);
    row.note('its memory', `> ${LOW_BYTES}`, `${residentBytes as number}`, (residentBytes as number) > LOW_BYTES);
    const metrics = await shop.metrics();
    const started = metrics.includes('worker_process_starts_total{reason="memory"} 1');
    row.note('counted in the metrics', 'once', started ? 'once' : 'not', started);
    expect(row.missed).toEqual([]);
  });
});
