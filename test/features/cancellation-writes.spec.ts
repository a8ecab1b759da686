import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { HangingShop } from '#test/support/hanging-shop';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

let shop: HangingShop;

beforeAll(async () => {
  shop = await HangingShop.open();
});
let caller = 0;
const headers = () => shop.access.of(`u${caller}`);

beforeEach(() => void (caller += 1));
afterEach(() => shop.releaseAll());
afterAll(() => shop?.close());

function byPost(query: string): () => void {
  const leaving = new AbortController();
  fetch(`${shop.gateway.url}/graphql`, {
    method: 'POST',
    headers: { ...headers(), 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
    signal: leaving.signal,
  }).catch(() => {});
  return () => leaving.abort();
}

function overWebSocket(query: string): () => void {
  const client = createClient({
    url: `${shop.gateway.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: headers(),
  });
  const complete = client.subscribe({ query }, { next: () => {}, error: () => {}, complete: () => {} });
  return () => {
    complete();
    void client.dispose();
  };
}

const PLACE = 'mutation { placeOrder(input: { lines: [{ productId: "p1", quantity: 1 }] }) { __typename } }';

describe.each([
  ['by POST', byPost],
  ['over a WebSocket', overWebSocket],
])('a mutation %s whose client leaves', (_, send) => {
  it('while it reads is cancelled, and writes nothing', async () => {
    shop.keep('BatchGetProducts');
    const leave = send(PLACE);
    const read = await shop.next('products', 'BatchGetProducts');
    const before = shop.taken('products').length;
    leave();
    await shop.cancelled('products', read);
    shop.releaseAll();
    // Another's order passes all of the same way meanwhile.
    caller += 1;
    const other = send(PLACE);
    await shop.next('products', 'ConfirmReservation');
    other();
    const written = shop
      .taken('products')
      .slice(before)
      .filter(({ method }) => method === 'ReserveStock');
    expect(written).toHaveLength(1);
  });

  it('after its first write goes on to its end', async () => {
    shop.keep('PlaceOrder');
    const leave = send(PLACE);
    const write = await shop.next('orders', 'PlaceOrder');
    leave();
    // The gateway has seen its client leave once what it asks after it is cancelled.
    shop.keep('ListOrders');
    const leaveToo = send('{ orders { nodes { id } } }');
    const list = await shop.next('orders', 'ListOrders');
    leaveToo();
    await shop.cancelled('orders', list);
    expect(write.isCancelled).toBe(false);
    shop.release('PlaceOrder');
    await shop.next('products', 'ConfirmReservation');
    expect(write.isCancelled).toBe(false);
  });
});

describe('a page part by part', () => {
  it('keeps the deadline of its request after its first part', async () => {
    shop.keep('ListRecentOrders');
    const answer = await fetch(`${shop.gateway.url}/v1/home`, {
      headers: { ...headers(), accept: 'text/event-stream', 'x-request-timeout-ms': '1500' },
    });
    const events = await answer.text();
    expect(events).toContain('event: complete');
    expect(events).toContain('"recentOrders":null');
    expect(events).toContain('{"part":"recentOrders","reason":"TIMEOUT"}');
  });
});
