import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ChatClient } from '#test/support/chat-client';
import { Follower } from '#test/support/follower';
import { HangingShop } from '#test/support/hanging-shop';
import { EventSource } from 'eventsource';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

let shop: HangingShop;

beforeAll(async () => {
  shop = await HangingShop.open();
});
/** Another caller in each test: what one of them asks for is not shared with the next. */
let caller = 0;
const headers = () => shop.access.of(`u${caller}`);
const token = () => headers().authorization.replace('Bearer ', '');

beforeEach(() => void (caller += 1));
afterEach(() => shop.releaseAll());
afterAll(() => shop?.close());

/** Follows with fetch. */
function fetching(path: string, init: RequestInit = {}): () => void {
  const leaving = new AbortController();
  const all = { ...headers(), accept: 'text/event-stream', ...init.headers };
  fetch(shop.gateway.url + path, { ...init, headers: all, signal: leaving.signal }).catch(() => {});
  return () => leaving.abort();
}

function eventSource(path: string): () => void {
  const source = new EventSource(shop.gateway.url + path, {
    fetch: (to, init) => fetch(to, { ...init, headers: { ...init.headers, ...headers() } }),
  });
  return () => source.close();
}

const nothing = { next: () => {}, error: () => {}, complete: () => {} };

function overSse(query: string): () => void {
  const client = createSseClient({ url: `${shop.gateway.url}/graphql`, headers: headers(), retryAttempts: 0 });
  return client.subscribe({ query }, nothing);
}

function overWebSocket(query: string, how: 'complete' | 'close' = 'complete'): () => void {
  const client = createClient({
    url: `${shop.gateway.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: headers(),
  });
  const complete = client.subscribe({ query }, nothing);
  return () => {
    if (how === 'close') return client.terminate();
    complete();
    void client.dispose();
  };
}

/** A message of a socket that waits for its answer. */
async function message(event: string, body: object): Promise<() => void> {
  const client = await ChatClient.in(shop.gateway.url, token());
  client.socket.emit(event, body, () => {});
  return () => client.close();
}

const MOVES = 'subscription { orderStatus(id: "o1") { status } }';
const NOTIFICATIONS = 'subscription { notifications { type order { status } } }';
const CHAT = {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ messages: [{ role: 'user', content: 'Hello' }] }),
};
const COMPLETE = 'POST /v1/chat/completions';

describe('a stream whose client leaves', () => {
  it.each<[string, string, () => (() => void) | Promise<() => void>]>([
    ['moves of an order', 'BatchGetOrders', () => eventSource('/v1/orders/o1/events')],
    ['moves of an order', 'WatchOrder', () => eventSource('/v1/orders/o2/events')],
    ['notifications', 'ListRecentOrders', () => eventSource('/v1/events')],
    ['moves over GraphQL by SSE', 'BatchGetOrders', () => overSse(MOVES)],
    ['moves over GraphQL by SSE', 'WatchOrder', () => overSse(MOVES.replace('o1', 'o3'))],
    ['notifications over GraphQL by SSE', 'ListRecentOrders', () => overSse(NOTIFICATIONS)],
    ['moves over a WebSocket, completed', 'BatchGetOrders', () => overWebSocket(MOVES)],
    ['moves over a WebSocket, completed', 'WatchOrder', () => overWebSocket(MOVES.replace('o1', 'o4'))],
    ['moves over a WebSocket, closed', 'BatchGetOrders', () => overWebSocket(MOVES, 'close')],
    ['moves over a WebSocket, closed', 'WatchOrder', () => overWebSocket(MOVES.replace('o1', 'o5'), 'close')],
    ['a poll', 'BatchGetOrders', () => fetching('/v1/orders/o1/events?wait=25')],
    ['a poll', 'WatchOrder', () => fetching('/v1/orders/o6/events?wait=25')],
    ['a poll for notifications', 'ListRecentOrders', () => fetching('/v1/events?wait=25')],
    ['the assistant', 'ListRecentOrders', () => fetching('/v1/assistant/chat', CHAT)],
    ['a message of a socket', 'BatchGetOrders', () => message('join', { orderId: 'o1' })],
    [
      'a message that would be kept',
      'BatchGetOrders',
      () => message('message', { orderId: 'o1', clientId: 'c1', text: 'Hello' }),
    ],
  ])('while it begins has its call cancelled: %s, %s', async (_, method, send) => {
    shop.keep(method);
    const leave = await send();
    const call = await shop.next('orders', method);
    expect(call.isCancelled).toBe(false);
    leave();
    await shop.cancelled('orders', call);
  });

  it.each<[string, string, () => () => void]>([
    ['moves of an order', 'o11', () => eventSource('/v1/orders/o11/events')],
    ['moves over GraphQL by SSE', 'o12', () => overSse(MOVES.replace('o1', 'o12'))],
    ['moves over a WebSocket, completed', 'o13', () => overWebSocket(MOVES.replace('o1', 'o13'))],
    ['moves over a WebSocket, closed', 'o14', () => overWebSocket(MOVES.replace('o1', 'o14'), 'close')],
    ['a poll', 'o15', () => fetching('/v1/orders/o15/events?wait=25&after=1')],
    ['notifications', 'o1', () => eventSource('/v1/events')],
  ])('while nothing happens has its watch cancelled: %s', async (_, id, send) => {
    shop.keep('nothing');
    const leave = send();
    const watch = await shop.next('orders', 'WatchOrder');
    expect(watch.question).toMatchObject({ id });
    leave();
    await shop.cancelled('orders', watch);
  });

  it.each([
    ['before it says anything', true],
    ['in the middle', false],
  ])('has the answer of the assistant cancelled %s', async (_, isKept) => {
    shop.keep(isKept ? COMPLETE : 'nothing');
    const leave = fetching('/v1/assistant/chat', CHAT);
    const call = await shop.next('assistant', COMPLETE);
    leave();
    await shop.cancelled('assistant', call);
  });

  it.each<[string, (query: string) => () => void]>([
    ['SSE', overSse],
    ['a WebSocket, completed', overWebSocket],
    ['a WebSocket, closed', (query) => overWebSocket(query, 'close')],
  ])('has what an event shows cancelled: %s', async (_, subscribe) => {
    shop.keep('nothing');
    const leave = subscribe(NOTIFICATIONS);
    await shop.next('orders', 'WatchOrder');
    shop.keep('BatchGetOrders');
    const placed = await fetch(`${shop.gateway.url}/v1/orders`, {
      method: 'POST',
      headers: { ...headers(), 'content-type': 'application/json' },
      body: JSON.stringify({ lines: [{ productId: 'p1', quantity: 1 }] }),
    });
    expect(placed.status).toBe(201);
    const call = await shop.next('orders', 'BatchGetOrders');
    expect(call.isCancelled).toBe(false);
    leave();
    await shop.cancelled('orders', call);
  });
});

describe('a gateway that drains', () => {
  it('cancels what it asks for streams and sockets, and has none of them open', async () => {
    const other = await HangingShop.open();
    const { authorization } = other.access.of('u1');
    const moves = await Follower.open(
      `${other.gateway.url}/v1/orders/o1/events`,
      authorization.replace('Bearer ', ''),
    );
    const watch = await other.next('orders', 'WatchOrder');
    const client = createClient({
      url: `${other.gateway.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: { authorization },
    });
    other.keep('ListOrders');
    client.subscribe({ query: '{ orders { nodes { id } } }' }, nothing);
    const list = await other.next('orders', 'ListOrders');
    const drained = other.gateway.drain!();
    await Promise.all([
      other.cancelled('orders', watch),
      other.cancelled('orders', list),
      moves.until('shutdown'),
    ]);
    await drained;
    await other.close();
  });
});
