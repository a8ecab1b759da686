import { ownRedisForTests } from '#libs/testing';
import { isWhole } from '#test/support/load';
import { passed } from '#test/support/quiet-machine';
import { RealShop } from '#test/support/real-shop';
import { Row } from '#test/support/row';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

jest.setTimeout(120_000);

const PER_SECOND = 1_000;

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
