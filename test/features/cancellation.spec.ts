import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { certificateFiles } from '#test/support/certificate';
import { HangingShop, type UpstreamName } from '#test/support/hanging-shop';
import { createClient } from 'graphql-ws';
import { Agent, fetch as fetchOverHttp2 } from 'undici';
import { WebSocket } from 'ws';

const { files, authority, remove } = certificateFiles();
let shop: HangingShop;
let secure: HangingShop;

beforeAll(async () => {
  [shop, secure] = await Promise.all([HangingShop.open(), HangingShop.open(files)]);
});
/** Another caller in each test: what one of them asks for is not shared with the next. */
let caller = 0;
const token = () => shop.access.of(`u${caller}`);

beforeEach(() => void (caller += 1));
afterEach(() => {
  for (const one of [shop, secure]) one.releaseAll();
});
afterAll(async () => {
  await Promise.all([shop?.close(), secure?.close()]);
  remove();
});

/** What is asked for, of upstreams that speak this protocol. */
interface Wire {
  upstream: UpstreamName;
  /** The call behind `path` and `query`, and the one behind pages. */
  methods: [string, string];
  path: string;
  query: string;
}

const WIRES: Record<string, Wire> = {
  gRPC: {
    upstream: 'orders',
    methods: ['ListOrders', 'ListRecentOrders'],
    path: '/v1/orders',
    query: '{ orders { nodes { id } } }',
  },
  REST: { upstream: 'users', methods: ['GET /users', 'GET /users'], path: '/v1/me', query: '{ me { id } }' },
};

/** Asks, and returns what makes the client leave. */
type Transport = (wire: Wire) => (() => void) | Promise<() => void>;

/** With fetch, which is aborted. */
function fetching(path: string, init: RequestInit = {}): () => void {
  const leaving = new AbortController();
  const headers = { ...token(), ...init.headers };
  fetch(shop.gateway.url + path, { ...init, headers, signal: leaving.signal }).catch(() => {});
  return () => leaving.abort();
}

const JSON_BODY = { method: 'POST', headers: { 'content-type': 'application/json' } };

/** Over a WebSocket, as a client of the docs. */
function overWebSocket(query: string) {
  const client = createClient({
    url: `${shop.gateway.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: token(),
  });
  const complete = client.subscribe({ query }, { next: () => {}, error: () => {}, complete: () => {} });
  return { client, complete };
}

const TRANSPORTS: Record<string, Transport> = {
  'a request over HTTP/1.1': ({ path }) => fetching(path),
  'a request over HTTP/2': ({ path }) => {
    const dispatcher = new Agent({ allowH2: true, connect: { ca: authority, servername: 'localhost' } });
    const leaving = new AbortController();
    const headers = secure.access.of(`u${caller}`);
    const pending = fetchOverHttp2(secure.gateway.url + path, { dispatcher, headers, signal: leaving.signal });
    pending.catch(() => dispatcher.destroy());
    return () => leaving.abort();
  },
  'GraphQL by POST': ({ query }) => fetching('/graphql', { ...JSON_BODY, body: JSON.stringify({ query }) }),
  'GraphQL by GET': ({ query }) => fetching(`/graphql?query=${encodeURIComponent(query)}`),
  'a trusted operation': () => fetching('/v1/views/mobile/home'),
  'a page part by part': () => fetching('/v1/home', { headers: { accept: 'text/event-stream' } }),
  'GraphQL over a WebSocket, which is completed': ({ query }) => {
    const { client, complete } = overWebSocket(query);
    return () => {
      complete();
      void client.dispose();
    };
  },
  'GraphQL over a WebSocket, which is closed': ({ query }) => {
    const { client } = overWebSocket(query);
    return () => client.terminate();
  },
  'GraphQL over a WebSocket that breaks off': async ({ query }) => {
    const socket = new WebSocket(`${shop.gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    socket.on('error', () => {});
    socket.once('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: token() })));
    socket.once('message', () => socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } })));
    return () => socket.terminate();
  },
};

const PAGES = new Set(['a trusted operation', 'a page part by part']);

describe.each(Object.entries(TRANSPORTS))('the call made for %s', (name, send) => {
  it.each(Object.entries(WIRES))('is cancelled at an upstream of %s when the client leaves', async (_, wire) => {
    const at = name.includes('HTTP/2') ? secure : shop;
    const method = wire.methods[PAGES.has(name) ? 1 : 0];
    at.keep(method);
    const leave = await send(wire);
    const call = await at.next(wire.upstream, method);
    expect(call.isCancelled).toBe(false);
    leave();
    await at.cancelled(wire.upstream, call);
  });
});

describe('a connection of many operations', () => {
  it('has each cancelled alone, and goes on with the others', async () => {
    shop.keep('ListOrders', 'GET /users');
    const { client, complete } = overWebSocket('{ orders { nodes { id } } }');
    const orders = await shop.next('orders', 'ListOrders');
    const other = client.iterate({ query: '{ me { id } }' }).next();
    const users = await shop.next('users', 'GET /users');
    complete();
    await shop.cancelled('orders', orders);
    expect(users.isCancelled).toBe(false);
    shop.release('GET /users');
    expect((await other).value).toEqual({ data: { me: { id: `u${caller}` } } });
    await client.dispose();
  });
});

/** A socket on which a test chooses the ids. @returns its messages, by id */
async function socketOf() {
  const socket = new WebSocket(`${shop.gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const send = (message: object) => socket.send(JSON.stringify(message));
  const messages: { id?: string; type: string; payload?: unknown }[] = [];
  socket.on('message', (data) =>
    messages.push(JSON.parse((data as Buffer).toString()) as (typeof messages)[number]),
  );
  const until = async (type: string, id?: string) => {
    while (!messages.some((one) => one.type === type && one.id === id)) await once(socket, 'message');
  };
  await once(socket, 'open');
  send({ type: 'connection_init', payload: token() });
  await until('connection_ack');
  return { socket, send, until, with: (id: string) => messages.filter((one) => one.id === id) };
}

describe('an id that a client uses again after `complete`', () => {
  it.each([
    ['a query', '{ orders { nodes { id } } }', 'ListOrders'],
    ['a query with another root field', '{ orders { nodes { id } } products { total } }', 'ListOrders'],
    ['a subscription that has not begun', 'subscription { orderStatus(id: "o1") { status } }', 'BatchGetOrders'],
  ])('gets nothing of the operation before, which was %s', async (_, query, method) => {
    shop.keep(method, 'GET /users');
    const { socket, send, until, with: messagesWith } = await socketOf();
    send({ id: '1', type: 'subscribe', payload: { query } });
    const first = await shop.next('orders', method);
    send({ id: '1', type: 'complete' });
    send({ id: '1', type: 'subscribe', payload: { query: '{ me { id } }' } });
    const second = await shop.next('users', 'GET /users');
    await shop.cancelled('orders', first);
    send({ id: '2', type: 'subscribe', payload: { query: '{ __typename }' } });
    await until('complete', '2');
    expect(messagesWith('1')).toEqual([]);
    expect(second.isCancelled).toBe(false);
    shop.release('GET /users');
    await until('complete', '1');
    expect(messagesWith('1')).toEqual([
      { id: '1', type: 'next', payload: { data: { me: { id: `u${caller}` } } } },
      { id: '1', type: 'complete' },
    ]);
    socket.close();
  });

  it('gets nothing of the subscription before, which had begun', async () => {
    shop.keep('GET /users');
    const { socket, send, until, with: messagesWith } = await socketOf();
    send({ id: '1', type: 'subscribe', payload: { query: 'subscription { notifications { id } }' } });
    send({ id: '2', type: 'subscribe', payload: { query: '{ __typename }' } });
    await until('complete', '2');
    send({ id: '1', type: 'complete' });
    send({ id: '1', type: 'subscribe', payload: { query: '{ me { id } }' } });
    await shop.next('users', 'GET /users');
    send({ id: '3', type: 'subscribe', payload: { query: '{ __typename }' } });
    await until('complete', '3');
    expect(messagesWith('1')).toEqual([]);
    shop.release('GET /users');
    await until('complete', '1');
    expect(messagesWith('1').map(({ type }) => type)).toEqual(['next', 'complete']);
    socket.close();
  });
});
