import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, ownRedisForTests } from '#libs/testing';
import { Client } from '#test/support/client';
import { secondGateway, type SecondGateway } from '#test/support/second-gateway';
import { Shop } from '#test/support/shop';
import { generateKeyPairSync } from 'node:crypto';
import request from 'supertest';

const redis = await ownRedisForTests();
const onRedis = 'skip' in redis ? describe.skip : describe;

/** Both gateways take the tokens of either. */
const JWT_PRIVATE_KEY = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
  type: 'pkcs8',
  format: 'pem',
}) as string;

onRedis('two gateways that share a Redis', () => {
  const { url, stop } = redis as Exclude<typeof redis, { skip: string }>;
  let shop: Shop;
  let second: SecondGateway;
  let here: Client;
  let there: Client;
  let operator: Client;

  beforeAll(async () => {
    const shared = { CACHE: 'on', REDIS_URL: url, JWT_PRIVATE_KEY };
    shop = await Shop.open(shared);
    second = await secondGateway(shop, () => shared);
    await Promise.all([shop.logs.gateway, second.log].map((log) => log.first({ msg: 'redis connected' })));
    here = await Client.of(shop, 'ada');
    there = await Client.of(second, 'ada');
    operator = await Client.of(shop, 'grace');
  });
  afterAll(async () => {
    await second?.gateway.stop();
    await shop?.close();
    await stop();
  });

  it('show who has written at one what they wrote, at the other, right after it', async () => {
    for (let i = 0; i < 10; i += 1) {
      await there.get('/v1/orders');
      const { body: order } = await here.post('/v1/orders', { lines: [{ productId: 'p20', quantity: 1 }] });
      expect((await there.get('/v1/orders')).body.items[0].id).toBe(order.id);
      await there.post(`/v1/orders/${order.id}/cancel`);
      expect((await here.get('/v1/orders')).body.items[0]).toMatchObject({ id: order.id, status: 'CANCELLED' });
      await there.get('/v1/me');
      const type = { 'content-type': 'application/merge-patch+json' };
      await here.patch('/v1/me', { name: `Ada ${i}` }, type);
      expect((await there.get('/v1/me')).body.name).toBe(`Ada ${i}`);
    }
  });

  it('say how long each question of a port waited for Redis', async () => {
    await here.get('/v1/products/p51?fields=product');
    const { text } = await request(shop.gateway.adminUrl).get('/metrics');
    expect(text).toMatch(/^cache_redis_reads_total\{port="products",question="byIds"\} [1-9]/m);
    expect(text).toMatch(/^cache_redis_read_seconds_total\{port="products",question="byIds"\} 0?\.?\d*[1-9]/m);
  });

  it('ask a service once for both', async () => {
    await here.get('/v1/products/p50?fields=reviews');
    const { headers } = await there.get('/v1/products/p50?fields=reviews');
    expect(headers['cache-status']).toMatch(/^Atrium; hit; ttl=/);
  });

  it('forget both what an operator says at one', async () => {
    await Promise.all([here, there].map((client) => client.get('/v1/products/p51')));
    const reported = await request(shop.gateway.adminUrl)
      .post('/admin/cache/invalidate')
      .set('authorization', `Bearer ${operator.token}`)
      .send({ tags: ['reviews', 'products'] });
    expect(reported.status).toBe(200);
    const report = async () =>
      (await request(second.gateway.adminUrl).get('/admin/cache').set('authorization', `Bearer ${operator.token}`))
        .body;
    // The bus needs a moment.
    await eventually(async () => (await report()).memory.entries === 0);
    expect((await there.get('/v1/products/p51')).headers['cache-status']).toBe('Atrium; fwd=miss');
    expect((await report()).redis).toMatchObject({ isUp: true });
  });
});
