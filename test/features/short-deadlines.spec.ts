import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '#test/support/client';
import { reportOf } from '#test/support/operators';
import { secondGateway, type SecondGateway } from '#test/support/second-gateway';
import { Shop } from '#test/support/shop';
import { startStuckOrders } from '#test/support/stuck-orders';

const HOME = '/v1/home?fields=user.id,recentOrders.id,degraded';

let shop: Shop;
let stuck: Awaited<ReturnType<typeof startStuckOrders>>;
/** A gateway whose orders service never answers. */
let waiting: SecondGateway;

beforeAll(async () => {
  shop = await Shop.open();
  stuck = await startStuckOrders();
  waiting = await secondGateway(shop, () => ({ ORDERS_URL: stuck.address }));
});
afterAll(async () => {
  await waiting?.gateway.stop();
  await stuck?.stop();
  await shop?.close();
});

/** How often each breaker of a gateway has opened. */
async function openings(at: Pick<Shop, 'gateway'>): Promise<number[]> {
  const upstreams = await reportOf(at, await Client.of(at, 'grace'));
  return upstreams.flatMap(({ methods }) => methods.map(({ breaker }) => breaker.timesOpened));
}

describe('clients that have hardly any time', () => {
  it.each(['1', '3', '8'])('of %s ms are told TIMEOUT, and spoil nothing for the others', async (timeoutMs) => {
    const ada = await Client.of(shop, 'ada');
    const shortDeadlines = Array.from({ length: 60 }, () => ada.get(HOME, { 'x-request-timeout-ms': timeoutMs }));
    for (const { status, body } of await Promise.all(shortDeadlines)) {
      if (status !== 200) expect(body).toMatchObject({ status: 504, code: 'UPSTREAM_TIMEOUT' });
      else for (const { reason } of body.degraded) expect(reason).toBe('TIMEOUT');
    }
    expect((await ada.get(HOME)).body.degraded).toEqual([]);
    expect(new Set(await openings(shop))).toEqual(new Set([0]));
  });

  it('spoil nothing either where the service is slow', async () => {
    const ada = await Client.of(waiting, 'ada');
    const headers = { 'x-request-timeout-ms': '60' };
    for (let i = 0; i < 4; i += 1) {
      const answers = Array.from({ length: 10 }, () => ada.get('/v1/home?fields=recentOrders.id', headers));
      for (const { body } of await Promise.all(answers)) expect(body).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    }
    expect(new Set(await openings(waiting))).toEqual(new Set([0]));
  });
});

describe('a client that leaves', () => {
  it('has the calls made for it cancelled, as the service sees, too', async () => {
    const { token } = await Client.of(waiting, 'ada');
    const requestId = 'left-early';
    const socket = connect(Number(new URL(waiting.gateway.url).port), '127.0.0.1');
    const headers = `Host: atrium\r\nAuthorization: Bearer ${token}\r\nX-Request-Id: ${requestId}`;
    socket.write(`GET ${HOME} HTTP/1.1\r\n${headers}\r\n\r\n`);
    await stuck.received(requestId);
    socket.destroy();
    expect(await stuck.log.first({ requestId, msg: 'call' })).toMatchObject({ code: 'CANCELLED' });
    const line = await waiting.log.first({ requestId, msg: 'request' });
    expect(line).toMatchObject({ status: 499 });
    expect(line['tries']).toContainEqual(
      expect.objectContaining({ upstream: 'orders', method: 'ListRecentOrders', outcome: 'CANCELLED' }),
    );
  });
});
