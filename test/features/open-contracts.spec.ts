import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { orders as wire } from '#libs/contracts';
import { grpcMessages } from '#libs/testing';
import { Client } from '#test/support/client';
import { SpoiltShop, wireLine, wireOrder, wireProduct, wireReview, wireUser } from '#test/support/spoilt-shop';

jest.setTimeout(60_000);

const NOBODY_KNOWS = 7 as wire.OrderStatus;
const bad = (...parts: string[]) => parts.map((part) => ({ part, reason: 'BAD_RESPONSE' }));
const idsOf = (list: { id: string }[]) => list.map(({ id }) => id);

let shop: SpoiltShop;
let client: Client;
const get = (path: string) => client.get(path, shop.access.of('u1'));
const post = (path: string, body?: object) => client.post(path, body, shop.access.of('u1'));
const graphql = async (query: string) => (await post('/graphql', { query })).body;

beforeAll(async () => {
  shop = await SpoiltShop.open();
  client = Client.anonymous(shop);
});
afterAll(() => shop.close());
beforeEach(() => {
  shop.orders = ['o1', 'o2', 'o3', 'o4'].map((id) => wireOrder({ id }));
  shop.orders[2]!.status = NOBODY_KNOWS;
  shop.products = ['p1', 'p2', 'p3'].map((id) => wireProduct({ id }));
  shop.reviews = ['r1', 'r2', 'r3'].map((id) => wireReview({ id }));
  shop.users = [wireUser()];
});

describe('an element of a list that breaks its contract', () => {
  it('is left out of a list of orders, which names its place', async () => {
    const { status, body } = await get('/v1/orders?first=4');
    expect([status, idsOf(body.items), body.degraded]).toEqual([200, ['o1', 'o2', 'o4'], bad('items.2')]);
    expect((await get('/v1/orders?first=4&fields=degraded')).body).toEqual({ degraded: bad('items.2') });
    expect((await get('/v1/orders?first=4&fields=nextCursor')).body).toEqual({ nextCursor: null });
  });

  it('is left out of a connection, which names its place', async () => {
    const query = '{ orders(first: 4) { nodes { id } edges { cursor node { id } } degraded { part reason } } }';
    const { data, extensions } = await graphql(query);
    expect(idsOf(data.orders.nodes)).toEqual(['o1', 'o2', 'o4']);
    expect(data.orders.edges).toEqual([
      { cursor: '1', node: { id: 'o1' } },
      { cursor: '2', node: { id: 'o2' } },
      { cursor: '4', node: { id: 'o4' } },
    ]);
    expect(data.orders.degraded).toEqual(bad('nodes.2'));
    expect(extensions).toEqual({ degraded: bad('orders.nodes.2', 'orders.edges.2') });
  });

  it('neither loses nor repeats the others of a list in pages, even where it is the whole page', async () => {
    const seen: string[] = [];
    const lost: string[][] = [];
    for (let after = ''; ;) {
      const { body } = await get(`/v1/orders?first=1${after && `&after=${after}`}`);
      seen.push(...idsOf(body.items));
      lost.push((body.degraded as { part: string }[]).map(({ part }) => part));
      if (!body.nextCursor) break;
      after = body.nextCursor as string;
    }
    expect([seen, lost]).toEqual([
      ['o1', 'o2', 'o4'],
      [[], [], ['items.0'], []],
    ]);
    const { data } = await graphql(
      '{ orders(first: 1, after: "2") { nodes { id } pageInfo { hasNextPage endCursor } } }',
    );
    expect(data.orders).toEqual({ nodes: [], pageInfo: { hasNextPage: true, endCursor: '3' } });
  });

  it('is left out of every list of products', async () => {
    shop.products[1]!.price = undefined;
    const list = await client.get('/v1/products?pageSize=3');
    expect([idsOf(list.body.items), list.body.total, list.body.degraded]).toEqual([
      ['p1', 'p3'],
      3,
      bad('items.1'),
    ]);
    expect(list.headers['cache-control']).not.toMatch(/public/);
    const page = (await client.get('/v1/products/p1')).body;
    expect([idsOf(page.related), page.degraded]).toEqual([['p1', 'p3'], bad('related.1')]);
    const home = (await get('/v1/home?fields=recommendations.id,degraded')).body;
    expect(home).toEqual({ recommendations: [{ id: 'p1' }, { id: 'p3' }], degraded: bad('recommendations.1') });
    const { data, extensions } = await graphql(
      '{ products(pageSize: 3) { items { id } degraded { part reason } } }',
    );
    expect(data.products).toEqual({ items: [{ id: 'p1' }, { id: 'p3' }], degraded: bad('items.1') });
    expect(extensions).toEqual({ degraded: bad('products.items.1') });
  });

  it('is left out of the reviews of a product, and of the newest orders', async () => {
    shop.reviews[2] = wireReview({ id: 'r3', rating: 6 });
    const page = (await client.get('/v1/products/p1')).body;
    expect([idsOf(page.reviews), page.degraded]).toEqual([['r1', 'r2'], bad('reviews.2')]);
    const home = (await get('/v1/home')).body;
    expect([idsOf(home.recentOrders), home.degraded]).toEqual([['o1', 'o2', 'o4'], bad('recentOrders.2')]);
  });

  it('is an order with any line that breaks it', async () => {
    shop.orders[2] = wireOrder({ id: 'o3', lines: [wireLine(), wireLine({ unitPrice: undefined })] });
    const { body } = await get('/v1/orders');
    expect([idsOf(body.items), body.degraded]).toEqual([['o1', 'o2', 'o4'], bad('items.2')]);
  });
});

describe('a single object that breaks its contract', () => {
  it.each<[string, () => Promise<{ status: number; body: { code: string } }>]>([
    ['an order page', () => get('/v1/orders/o3')],
    ['a product page', () => ((shop.products[0]!.price!.amountMinor = -1), client.get('/v1/products/p1'))],
    ['an order that was cancelled', () => post('/v1/orders/o3/cancel')],
    ['an order that was placed', () => ((shop.orders = [shop.orders[2]!]), post('/v1/orders', PLACE))],
    ['me', () => ((shop.users = [wireUser({ role: 'auditor' })]), get('/v1/me'))],
  ])('is a bad response: %s', async (_, send) => {
    const { status, body } = await send();
    expect([status, body.code]).toEqual([502, 'UPSTREAM_BAD_RESPONSE']);
  });
  const PLACE = { lines: [{ productId: 'p1', quantity: 1 }] };

  it('is a part of a page that is missing: the user of home', async () => {
    shop.users = [wireUser({ name: undefined })];
    const { body } = await get('/v1/home?fields=user,degraded,recommendations.id');
    expect([body.user, body.degraded]).toEqual([null, bad('user')]);
  });

  it('is the product of its line, and of no other', async () => {
    shop.products[1]!.rating = 6;
    shop.orders[0]!.lines = [wireLine(), wireLine({ productId: 'p2' }), wireLine({ productId: 'none' })];
    const { body } = await get('/v1/orders/o1');
    expect(body.order.lines.map(({ product }: { product: object | null }) => product !== null)).toEqual([
      true,
      false,
      false,
    ]);
    expect(body.degraded).toEqual(bad('order.lines.1.product'));
    const query = '{ home { recentOrders(first: 1) { lines { p: product { id } } } degraded { part reason } } }';
    const { data, extensions } = await graphql(query);
    expect(data.home.degraded).toEqual(bad('recentOrders.0.lines.1.product'));
    expect(extensions).toEqual({ degraded: bad('home.recentOrders.0.lines.1.p') });
  });
});

describe('fields that nobody knows', () => {
  it('are ignored in answers of upstreams', async () => {
    shop.orders = [wireOrder()];
    shop.users = [wireUser({ isUnreadable: true, more: {} })];
    shop.reviews = [wireReview({ isUnreadable: true, more: [] })];
    const [home, page] = [(await get('/v1/home')).body, (await client.get('/v1/products/p1')).body];
    expect([home.degraded, page.degraded, idsOf(page.reviews)]).toEqual([[], [], ['r1']]);
    expect(page.reviews[0]).not.toHaveProperty('more');
  });
});

describe('a move of an order that breaks its contract', () => {
  const at = new Date('2026-01-02T03:04:05Z');
  const aMove = (sequence: number, status: number) =>
    wire.WatchOrderResponse.encode({ sequence, orderId: 'o1', status, occurredAt: at }).finish();

  it('is skipped: the follower is told once, and the stream goes on', async () => {
    const moves = [aMove(1, 1), aMove(2, 7), aMove(3, 8), aMove(4, 5)];
    shop.ordersService.answerWith(grpcMessages(moves), { methods: ['WatchOrder'] });
    const { text } = await get('/v1/orders/o1/events');
    const events = [...text.matchAll(/^event: (.*)\ndata: (.*)$/gm)].map(([, event, data]) => [
      event,
      JSON.parse(data!),
    ]);
    const reported = events.map(([event, { status, reason }]) => [event, status ?? reason]);
    expect(reported).toEqual([
      ['status', 'PLACED'],
      ['degraded', 'BAD_RESPONSE'],
      ['status', 'DELIVERED'],
      ['end', 'complete'],
    ]);
    const opened = shop.ordersService.taken.filter(({ method }) => method === 'WatchOrder');
    expect(opened).toHaveLength(1);
    shop.ordersService.stopLying();
  });
});
