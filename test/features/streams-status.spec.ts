import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '#test/support/client';
import { Follower } from '#test/support/follower';
import { Shop } from '#test/support/shop';

let shop: Shop;
let ada: Client;
let grace: Client;

beforeAll(async () => {
  shop = await Shop.open();
  ada = await Client.of(shop, 'ada');
  grace = await Client.of(shop, 'grace');
});
afterAll(() => shop?.close());

const follow = (path: string, client: Client) => Follower.open(shop.gateway.url + path, client.token);

describe('streams', () => {
  it('of operators tell who browses and orders, and not what was refused', async () => {
    const stream = await follow('/v1/events/user-activity', grace);
    while (!stream.events.some(({ data }) => data.event === 'browse'))
      await ada.get('/v1/products/p3?fields=product');
    const { body } = await ada.post('/v1/orders', { lines: [{ productId: 'none', quantity: 1 }] });
    expect(body.code).toBeDefined();
    const placed = await ada.post('/v1/orders', { lines: [{ productId: 'p1', quantity: 1 }] });
    const orderId = placed.body.id as string;
    const { data } = await stream.untilOne((one) => one.data.event === 'order');
    expect(data).toEqual({ event: 'order', userId: expect.any(String), orderId });
    const browsed = await stream.untilOne((one) => one.data.event === 'browse');
    expect(browsed.data).toEqual({ event: 'browse', userId: data.userId, productId: 'p3' });
    stream.close();
  });

  it('of operators tell how the gateway is, every five seconds while somebody watches', async () => {
    const stream = await follow('/v1/events/system', grace);
    const [first, second] = await stream.until('status', 2);
    expect(first!.data).toEqual({
      gateway: expect.stringMatching(/:\d+$/),
      uptimeSeconds: expect.any(Number),
      cpu: { cores: expect.any(Number) },
      memory: {
        rssBytes: expect.any(Number),
        heapUsedBytes: expect.any(Number),
        heapLimitBytes: expect.any(Number),
      },
      eventLoop: expect.objectContaining({ utilization: expect.any(Number) }),
      breakers: [],
      streams: { open: 1, byRoute: { '/v1/events/system': 1 } },
      requests: { inFlight: expect.any(Number), queued: 0 },
    });
    expect(second!.data.eventLoop).toMatchObject({
      maxDelayMs: expect.any(Number),
      p99DelayMs: expect.any(Number),
    });
    stream.close();
  });
});
