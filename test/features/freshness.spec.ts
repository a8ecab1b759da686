import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Client } from '#test/support/client';
import { Shop } from '#test/support/shop';
import { eventually } from '#libs/testing';

jest.setTimeout(60_000);

interface Named {
  part: string;
  reason: string;
  ageSeconds?: number;
}

/** What a door says is missing, asked for the order with this id. */
type Door = (orderId: string) => Promise<Named[]>;

let shop: Shop;
let ada: Client;
let orderId: string;

const rest =
  (path: (id: string) => string): Door =>
  async (id) =>
    (await ada.get(path(id))).body.degraded as Named[];
const graphql =
  (query: (id: string) => string): Door =>
  async (id) =>
    ((await ada.graphql(query(id))).body.extensions?.degraded ?? []) as Named[];

/** Each has a question of its own, so that none is served what another has just noted. */
const doors: [string, Door, unknown[]][] = [
  ['the order page', rest((id) => `/v1/orders/${id}`), ['order STALE']],
  ['the order page without products', rest((id) => `/v1/orders/${id}?fields=order.id,degraded`), ['order STALE']],
  ['home', rest(() => '/v1/home'), ['recentOrders STALE']],
  ['orders', rest(() => '/v1/orders?first=5'), ['items STALE']],
  ['trimmed orders', rest(() => '/v1/orders?first=6&fields=items.id,degraded'), ['items STALE']],
  [
    'home by GraphQL with the products of lines',
    graphql(() => '{ home { recentOrders { lines { product { name } } } } }'),
    ['home.recentOrders STALE'],
  ],
  ['an order by GraphQL', graphql((id) => `{ order(id: "${id}") { order { id } } }`), ['order.order STALE']],
  [
    'an order by GraphQL with the products of its lines',
    graphql((id) => `{ order(id: "${id}") { order { lines { product { name } } } } }`),
    ['order.order STALE'],
  ],
  ['orders by GraphQL', graphql(() => '{ orders(first: 3) { nodes { id } } }'), ['orders.nodes STALE']],
  [
    'orders by GraphQL with the products of their lines',
    graphql(() => '{ orders(first: 4) { nodes { lines { product { name } } } } }'),
    ['orders.nodes STALE'],
  ],
];

const MIXED = `{
  order(id: "ID") { order { id lines { product { id } } } degraded { part reason ageSeconds } }
  home { user { id } recommendations { id } degraded { part reason ageSeconds } }
}`;
const mixed = async () => (await ada.graphql(MIXED.replace('ID', orderId))).body.data;

beforeAll(async () => {
  shop = await Shop.open({ CACHE: 'on' });
  ada = await Client.of(shop, 'ada');
  orderId = ((await ada.get('/v1/orders')).body.items as { id: string }[])[0]!.id;
  // On a busy machine a stand-in may be sooner.
  for (const [, streams] of doors) await eventually(async () => (await streams(orderId)).length === 0);
  await mixed();
  await shop.stop('orders');
});
afterAll(() => shop.close());

/** Asks until what is cached has gone stale: orders are fresh for two seconds. */
async function whenStale(streams: Door): Promise<Named[]> {
  for (;;) {
    const degraded = await streams(orderId);
    if (degraded.length) return degraded;
    await new Promise((resolve) => void setTimeout(resolve, 50));
  }
}

describe('a stale answer', () => {
  it.each(doors)('is named in %s, joined or copied', async (_, streams, expected) => {
    const degraded = await whenStale(streams);
    expect(degraded.map(({ part, reason }) => `${part} ${reason}`)).toEqual(expected);
    expect(degraded[0]!.ageSeconds).toBeGreaterThanOrEqual(1);
  });

  it('is named in the GraphQL page itself, and not in one beside it whose parts are fresh', async () => {
    let data = await mixed();
    while (!data.order.degraded.length) data = await mixed();
    expect(data.order.degraded).toEqual([{ part: 'order', reason: 'STALE', ageSeconds: expect.any(Number) }]);
    expect(data.home.degraded).toEqual([]);
  });

  it('stays private, with the age of the oldest part', async () => {
    const [{ ageSeconds }] = (await whenStale(doors[0]![1])) as [Named];
    const { headers, status } = await ada.get(`/v1/orders/${orderId}`);
    expect([status, headers['cache-control']]).toEqual([200, 'private, no-cache']);
    expect(Number(headers['age'])).toBeGreaterThanOrEqual(ageSeconds!);
    expect(headers['cache-status']).toMatch(/^Atrium; hit; ttl=-\d+$/);
  });
});
