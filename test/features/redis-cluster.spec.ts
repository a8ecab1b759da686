import { redisClusterForTests } from '#libs/testing';
import { Client } from '#test/support/client';
import { Follower } from '#test/support/follower';
import { Shop } from '#test/support/shop';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

jest.setTimeout(60_000);

const redis = await redisClusterForTests();
const onRedis = 'skip' in redis ? describe.skip : describe;
let shop: Shop;
let ada: Client;

beforeAll(async () => {
  if ('skip' in redis) return;
  shop = await Shop.open({ REDIS_URL: redis.url, CACHE: 'on', RATE_LIMIT: 'on' });
  ada = await Client.of(shop, 'ada');
});
afterAll(async () => {
  await shop?.close();
  if (!('skip' in redis)) await redis.stop();
});

/** The number of keys of each node. */
async function keysOfNodes(): Promise<number[]> {
  if ('skip' in redis) return [];
  const addresses = redis.url.slice('redis+cluster://'.length).split(',');
  return Promise.all(
    addresses.map(async (address) => {
      const node = new Redis(`redis://${address}`);
      const size = await node.dbsize();
      node.disconnect();
      return size;
    }),
  );
}

onRedis('a gateway on a Redis cluster of three nodes', () => {
  it('keeps sessions, limits and cached answers in it, on all nodes', async () => {
    expect(ada.token).toBeDefined();
    const home = await ada.get('/v1/home');
    expect([home.status, home.body.degraded]).toEqual([200, []]);
    expect(home.headers['ratelimit']).toBeDefined();
    for (let n = 1; n <= 20; n += 1) await ada.get(`/v1/products/p${n}`);
    expect(Math.min(...(await keysOfNodes()))).toBeGreaterThan(0);
  });

  it('carries out a keyed write once, whose event reaches its owner', async () => {
    const stream = await Follower.open(`${shop.gateway.url}/v1/events`, ada.token);
    const body = { lines: [{ productId: 'p1', quantity: 1 }] };
    const headers = { 'idempotency-key': 'cluster-order-1' };
    const first = await ada.post('/v1/orders', body, headers);
    const again = await ada.post('/v1/orders', body, headers);
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(first.body);
    const placed = await stream.untilOne(({ event }) => event === 'order.placed');
    const before = `${Number.parseInt(placed.id!, 10) - 1}-0`;
    const missed = await ada.get('/v1/events?wait=0', { 'last-event-id': before });
    expect(missed.text).toContain(placed.id!);
    stream.close();
  });

  it('runs jobs, and ends a session for all', async () => {
    const admin = await Client.of(shop, 'grace');
    const row = {
      id: 'cluster-1',
      name: 'Lamp',
      category: 'cluster',
      price: { amountMinor: 1, currency: 'EUR' },
      available: 1,
    };
    const added = await fetch(`${shop.gateway.url}/v1/products/import`, {
      method: 'POST',
      body: JSON.stringify(row),
      headers: { authorization: `Bearer ${admin.token}`, 'content-type': 'application/x-ndjson' },
    });
    expect(added.status).toBe(202);
    const { id } = (await added.json()) as { id: string };
    let state = '';
    while (!['COMPLETED', 'FAILED'].includes(state))
      state = (await admin.get(`/v1/jobs/${id}`)).body.state as string;
    expect(state).toBe('COMPLETED');
    expect((await ada.post('/v1/auth/logout-all')).status).toBe(204);
    let status = 200;
    while (status === 200) ({ status } = await ada.get('/v1/home'));
    expect(status).toBe(401);
  });
});
