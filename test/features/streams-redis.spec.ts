import { ownRedisForTests } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Client } from '#test/support/client';
import { Follower } from '#test/support/follower';
import { GatewayPair, type PairedGateway } from '#test/support/gateway-pair';
import { Shop } from '#test/support/shop';
import { Wanderer } from '#test/support/wanderer';
import request from 'supertest';

jest.setTimeout(60_000);

const shop = await Shop.open({}, { ORDER_STEP_MS: '100' });
const { upstreams } = (await shop.logs.gateway.first({ msg: 'listening' })) as {
  upstreams: { name: string; addresses: string[] }[];
};
const at = (name: string) => upstreams.find((one) => one.name === name)!.addresses[0]!;
const pair = await GatewayPair.open({
  ORDERS_URL: at('orders'),
  PRODUCTS_URL: at('products'),
  MAX_STREAMS_PER_CALLER: '1000',
});
const onRedis = pair ? describe : describe.skip;

afterAll(async () => {
  await pair?.close();
  await shop.close();
});

onRedis('streams of several gateways', () => {
  let ada: Client;
  let grace: Client;
  const { one, other, redis } = pair!;
  beforeAll(async () => {
    ada = await Client.of(one, 'ada');
    grace = await Client.of(one, 'grace');
  });

  const follow = (gateway: PairedGateway, path: string, client = ada) =>
    Follower.open(gateway.gateway.url + path, client.token);
  const place = async (): Promise<string> => {
    const { body } = await ada.post('/v1/orders', { lines: [{ productId: 'p1', quantity: 1 }] });
    expect(body).toMatchObject({ status: 'PLACED' });
    return body.id as string;
  };
  const isDelivered = (id: string) => (event: { data: Record<string, unknown> }) =>
    event.data['orderId'] === id && event.data['status'] === 'DELIVERED';

  it('tell each event once, with the same id at each', async () => {
    const streams = [await follow(one, '/v1/events'), await follow(other, '/v1/events')];
    const id = await place();
    await Promise.all(streams.map((stream) => stream.untilOne(isDelivered(id))));
    const [here, there] = streams.map(({ events }) => events.filter(({ data }) => data['orderId'] === id));
    expect(here).toHaveLength(5);
    expect(there).toEqual(here);
    for (const stream of streams) stream.close();
  });

  it('pass on what an operator says, and count whom that reached everywhere', async () => {
    const streams = [
      await follow(one, '/v1/events'),
      await follow(other, '/v1/events'),
      await follow(other, '/v1/events'),
    ];
    const { body } = await request(one.adminUrl)
      .post('/admin/broadcast')
      .set('authorization', `Bearer ${grace.token}`)
      .send({ message: 'hello', to: { userId: 'u1' } });
    expect(body).toEqual({ received: 3 });
    for (const stream of streams) {
      await stream.until('broadcast');
      stream.close();
    }
  });

  it('go on at another, with none lost and none twice, where one is killed and one drained', async () => {
    const [killed, drained] = await Promise.all([
      pair!.another(() => ({})),
      pair!.another(() => ({ DRAIN_MS: '500' })),
    ]);
    const urls = [killed, drained, other].map(({ gateway }) => gateway.url);
    const clients = await Promise.all(
      Array.from({ length: 200 }, (_, n) =>
        Wanderer.start([urls[n % 3]!, other.gateway.url], '/v1/events', ada.token!),
      ),
    );
    const orders = [await place(), await place(), await place()];
    killed.process.signal('SIGKILL');
    orders.push(await place(), await place());
    drained.process.signal('SIGTERM');
    orders.push(await place(), await place());
    const expected = orders.length * 5;
    const seenBy = (client: Wanderer) =>
      client.events.filter(({ data }) => orders.includes(String(data['orderId'])));
    await Promise.all(clients.map((client) => client.until(() => seenBy(client).length >= expected)));
    for (const client of clients) {
      const told = seenBy(client).map(({ id }) => id);
      expect([told.length, new Set(told).size]).toEqual([expected, expected]);
      expect(client.all('gap')).toEqual([]);
      client.stop();
    }
    expect(clients.filter(({ connections }) => connections > 1).length).toBeGreaterThan(100);
  });

  it('go on when Redis is back', async () => {
    const stream = await follow(other, '/v1/events');
    const { port } = new URL(redis.url);
    await redis.stop();
    const id = await place();
    const again = (await ownRedisForTests(Number(port))) as { stop(): Promise<void> };
    await stream.untilOne(isDelivered(id));
    stream.close();
    await again.stop();
  });
});
