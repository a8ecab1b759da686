import { eventually, ownRedisForTests } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Client } from '#test/support/client';
import { Follower } from '#test/support/follower';
import type { PairedGateway } from '#test/support/gateway-pair';
import { StreamingPair } from '#test/support/streaming-pair';
import request from 'supertest';

jest.setTimeout(60_000);

const streaming = await StreamingPair.open(100);
const onRedis = streaming ? describe : describe.skip;

afterAll(() => streaming?.close());

onRedis('streams of several gateways', () => {
  let ada: Client;
  let grace: Client;
  const { one, other, redis } = streaming!.pair;
  beforeAll(async () => {
    ada = await Client.of(one, 'ada');
    grace = await Client.of(one, 'grace');
  });

  const follow = (gateway: PairedGateway, path: string, client = ada) =>
    Follower.open(gateway.gateway.url + path, client.token);
  const place = () => streaming!.place(ada);
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

  it('tell a short poll of all that has happened while nobody listened', async () => {
    const after = `${Date.now()}-0`;
    const id = await place();
    await eventually(async () => (await ada.get(`/v1/orders/${id}`)).body.order?.status === 'DELIVERED', {
      everyMs: 50,
    });
    const { body } = await ada.get(`/v1/events?wait=0&after=${after}`);
    const reported = (body as { events: { data: Record<string, unknown> }[] }).events;
    const ofIt = reported.filter(({ data }) => data['orderId'] === id).map(({ data }) => data['status']);
    expect(ofIt).toEqual([undefined, 'PAID', 'PACKED', 'SHIPPED', 'DELIVERED']);
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
    const { moved, expected, ...wrong } = await streaming!.killAndDrain(ada, 200);
    expect([expected, wrong]).toEqual([35, { lost: 0, doubled: 0, gaps: 0 }]);
    expect(moved).toBeGreaterThan(100);
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
