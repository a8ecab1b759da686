import { ownRedisForTests } from '#libs/testing';
import { Access } from '#test/support/access';
import { RealShop } from '#test/support/real-shop';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

jest.setTimeout(60_000);

const redis = await ownRedisForTests();
const onRedis = 'skip' in redis ? describe.skip : describe;
const access = new Access();
let shop: RealShop;

beforeAll(async () => {
  if ('skip' in redis) return;
  const nowhere = { USERS_URL: 'http://127.0.0.1:1', ORDERS_URL: '127.0.0.1:1', PRODUCTS_URL: '127.0.0.1:1' };
  shop = await RealShop.gatewayAlone({
    WORKERS: '2',
    REDIS_URL: redis.url,
    JWT_PRIVATE_KEY: access.privateKey,
    DRAIN_MS: '0',
    ...nowhere,
  });
});
afterAll(async () => {
  await shop?.close();
  if (!('skip' in redis)) await redis.stop();
});

/** Over a connection of its own, so that any worker may get it. */
const send = (url: string, headers: Record<string, string>) =>
  fetch(url, { headers: { ...headers, connection: 'close' } });

interface Found {
  requests: { process: string }[];
}

onRedis('the requests of two workers', () => {
  it('are found at each, whichever served them', async () => {
    const id = 'one-of-several';
    for (let count = 0; count < 10; count += 1) await send(`${shop.url}/livez`, { 'x-request-id': id });
    const search = async () => {
      const answer = await send(`${shop.adminUrl}/admin/requests/${id}`, access.admin);
      return ((await answer.json()) as Partial<Found>).requests ?? [];
    };
    // A recording ends a moment after its response.
    while ((await search()).length < 10);
    for (let count = 0; count < 4; count += 1) {
      const requests = await search();
      expect([requests.length, new Set(requests.map((each) => each.process)).size]).toEqual([10, 2]);
    }
  });
});
