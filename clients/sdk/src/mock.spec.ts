import { describe, expect, it } from '@jest/globals';
import { followClock, getHome, getOrder, placeOrder } from './generated/operations.ts';
import type { Home } from './generated/schemas.ts';
import { mobileOrderStatus, webProduct } from './generated/trusted.ts';
import { createMock, refuse } from './mock.ts';
import { unwrap } from './result.ts';

const HOME: Home = {
  user: null,
  recentOrders: [],
  recommendations: [],
  degraded: [{ part: 'user', reason: 'TIMEOUT' }],
};

describe('a mock', () => {
  it('answers operations with what the test returns, by the types of the client', async () => {
    const mock = createMock();
    mock.on(getHome, () => HOME);
    // @ts-expect-error A page without its parts is none.
    mock.on(getHome, () => ({ user: null }));
    mock.on(getHome, () => HOME);
    expect(await getHome(mock.client)).toMatchObject({ ok: true, data: HOME, degraded: HOME.degraded });
    expect(mock.calls.map(({ route }) => route.path)).toEqual(['/v1/home']);
  });

  it('refuses with the codes of the operation', async () => {
    const mock = createMock();
    mock.on(getOrder, ({ id }) => refuse(404, 'NOT_FOUND', { detail: `No ${id}` }));
    // @ts-expect-error An order that is read is never out of stock.
    mock.on(getOrder, ({ id }) => (id === '-' ? refuse(409, 'OUT_OF_STOCK') : refuse(404, 'NOT_FOUND')));
    mock.on(placeOrder, () => refuse(409, 'OUT_OF_STOCK', { lines: [] }));
    expect(await getOrder(mock.client, { id: 'a/b' })).toMatchObject({
      error: { code: 'NOT_FOUND', status: 404 },
    });
    expect(await placeOrder(mock.client, { lines: [] })).toMatchObject({ error: { code: 'OUT_OF_STOCK' } });
  });

  it('answers trusted operations and streams', async () => {
    const mock = createMock();
    mock.on(webProduct, () => ({ product: null }));
    expect(await unwrap(webProduct(mock.client, { id: 'p1' }))).toEqual({ product: null });
    expect(mock.calls[0]!.input).toEqual({ id: 'p1' });
    mock.onStream(followClock, () => [{ event: 'broadcast', data: { message: 'Hello' } }]);
    // @ts-expect-error The clock does not move orders.
    mock.onStream(followClock, () => [{ event: 'status', data: {} }]);
    mock.onStream(followClock, () => [{ event: 'tick', data: { now: '2026-11-28T10:00:00Z' } }]);
    const seen = [];
    for await (const { event } of followClock(mock.client)) seen.push(event);
    expect(seen).toEqual(['tick', 'end']);
  });

  it('answers subscriptions with events, and with failures of events', async () => {
    const mock = createMock();
    const orderStatus = { status: 'PAID' as const, percent: 25, isFinal: false };
    const failure = { code: 'UPSTREAM_TIMEOUT' as const, status: 200, message: 'Too late', fields: [] };
    const events = [
      { event: 'next' as const, data: { orderStatus }, degraded: [] },
      { event: 'failed' as const, data: failure },
    ];
    // @ts-expect-error It has a status.
    mock.onStream(mobileOrderStatus, () => [{ event: 'next', data: {}, degraded: [] }]);
    mock.onStream(mobileOrderStatus, () => events);
    const seen = [];
    for await (const event of mobileOrderStatus(mock.client, { id: 'o1' })) seen.push(event);
    expect(seen).toEqual([
      { event: 'next', data: { orderStatus }, degraded: [] },
      { event: 'failed', data: failure },
      { event: 'end', data: { reason: 'complete' } },
    ]);
    expect(mock.calls[0]!.input).toEqual({ id: 'o1' });
  });

  it('says what it has no answer for', async () => {
    expect(await getHome(createMock().client)).toMatchObject({
      error: { code: 'UNEXPECTED', message: 'The mock has no answer for /v1/home' },
    });
  });
});
