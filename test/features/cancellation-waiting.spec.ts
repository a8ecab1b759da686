import { afterEach, describe, expect, it } from '@jest/globals';
import { HangingShop } from '#test/support/hanging-shop';
import { eventually } from '#libs/testing';

let shop: HangingShop;
afterEach(() => shop?.close());

/** Asks for orders, so many that each question is another. */
function send(first: number) {
  const leaving = new AbortController();
  const pending = fetch(`${shop.gateway.url}/v1/orders?first=${first}`, {
    headers: shop.access.of('u1'),
    signal: leaving.signal,
  });
  pending.catch(() => {});
  return { requested: pending, leave: () => leaving.abort() };
}

describe('a client that leaves', () => {
  it('while its call waits for a place in the bulkhead is never asked for', async () => {
    shop = await HangingShop.open(
      { REQUEST_TIMEOUT_MS: '30000' },
      {
        timeoutMs: 30_000,
        bulkhead: { maxInFlight: 1, maxQueued: 5 },
      },
    );
    shop.keep('ListOrders');
    const first = send(1);
    await shop.next('orders', 'ListOrders');
    const waiting = send(2);
    const queued = async () => {
      const answer = await fetch(`${shop.gateway.adminUrl}/admin/upstreams`, { headers: shop.access.admin });
      const { upstreams } = (await answer.json()) as { upstreams: { name: string; queued: number }[] };
      return upstreams.find(({ name }) => name === 'orders')!.queued;
    };
    await eventually(async () => (await queued()) === 1);
    waiting.leave();
    await eventually(async () => (await queued()) === 0);
    shop.release('ListOrders');
    expect((await first.requested).status).toBe(200);
    expect((await send(3).requested).status).toBe(200);
    expect(shop.taken('orders').map(({ question }) => (question as { pageSize: number }).pageSize)).toEqual([
      1, 3,
    ]);
  });
});
