import { Receiver } from '#libs/testing';
import { RealShop } from '#test/support/real-shop';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

jest.setTimeout(60_000);

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
let sentry: Receiver;
let shop: RealShop;

beforeAll(async () => {
  sentry = await Receiver.open((_, response) => response.end('{}'));
  const nowhere = { USERS_URL: 'http://127.0.0.1:1', ORDERS_URL: '127.0.0.1:1', PRODUCTS_URL: '127.0.0.1:1' };
  shop = await RealShop.gatewayAlone({ SENTRY_DSN: `http://abc@127.0.0.1:${sentry.port}/42`, ...nowhere });
});
afterAll(async () => {
  await shop?.close();
  await sentry?.close();
});

describe('a gateway with SENTRY_DSN', () => {
  it('reports an upstream that is down once, with its code and the request, and nothing that the client sent', async () => {
    const headers = {
      ...shop.access.of('u1'),
      'x-request-id': 'reported',
      'x-secret': 'hunter2',
      traceparent: `00-${TRACE_ID}-00f067aa0ba902b7-01`,
    };
    for (let n = 0; n < 3; n += 1)
      expect((await fetch(`${shop.url}/v1/orders`, { headers })).status).toBeGreaterThanOrEqual(500);
    await sentry.until(({ length }) => length > 0);
    const [, , payload] = sentry.requests[0]!.body.toString().split('\n');
    expect(JSON.parse(payload!)).toMatchObject({
      fingerprint: ['UPSTREAM_UNAVAILABLE', 'orders'],
      tags: { code: 'UPSTREAM_UNAVAILABLE', upstream: 'orders', request_id: 'reported', trace_id: TRACE_ID },
    });
    const all = sentry.requests.map(({ body }) => body.toString()).join('');
    expect(all).not.toContain('hunter2');
    expect(all).not.toContain(headers.authorization.slice(7));
    const text = await (await fetch(`${shop.adminUrl}/metrics`)).text();
    expect(Number(/^error_reports_total\{outcome="limited"\} (\d+)$/m.exec(text)?.[1])).toBeGreaterThan(0);
    const ofOrders = sentry.requests.filter(({ body }) => body.includes('"UPSTREAM_UNAVAILABLE","orders"'));
    expect(ofOrders).toHaveLength(1);
  });
});
