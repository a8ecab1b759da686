import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '#test/support/client';
import type { ServiceName } from '#test/support/services';
import { Shop } from '#test/support/shop';

const ORDER =
  'id status total { amountMinor currency } placedAt lines { productId name quantity unitPrice { amountMinor currency } }';
const PRODUCT = 'id name description category price { amountMinor currency } inStock rating imageUrl';
const HOME = `{ home {
  user { id name email avatarUrl } recentOrders { ${ORDER} } recommendations { ${PRODUCT} }
  degraded { part reason }
} }`;

let shop: Shop;
let ada: Client;

beforeAll(async () => {
  // Services come and go here faster than breakers settle.
  shop = await Shop.open({ UPSTREAMS_FILE: 'test/support/measure-only.json' });
  ada = await Client.of(shop, 'ada');
});
afterAll(() => shop.close());

describe('the home page', () => {
  it('is the same through REST and GraphQL', async () => {
    const [rest, graphql] = await Promise.all([ada.get('/v1/home'), ada.graphql(HOME)]);
    expect(rest.status).toBe(200);
    expect(rest.body.user).toMatchObject({ id: 'u1', email: 'ada@example.com' });
    expect(rest.body.recentOrders).toHaveLength(5);
    expect(rest.body.recommendations).toHaveLength(10);
    expect(rest.body.degraded).toEqual([]);
    expect(graphql.body).toEqual({ data: { home: rest.body } });
  });

  it('asks no upstream for what nobody wants', async () => {
    const requested = () => [shop.logs.orders, shop.logs.products].map(({ lines }) => lines.length);
    const before = requested();
    const { body } = await ada.get('/v1/home?fields=user.name');
    expect(body).toEqual({ user: { name: 'Ada Lovelace' } });
    await ada.graphql('{ home { user { name } } }');
    expect(requested()).toEqual(before);
  });

  it('joins the products of all lines in one call', async () => {
    const query = '{ home { recentOrders(first: 20) { lines { product { id name } productId } } } }';
    const requestId = 'joins-lines';
    const { body } = await ada.post('/graphql', { query }, { 'x-request-id': requestId });
    const lines = body.data.home.recentOrders.flatMap((order: { lines: unknown[] }) => order.lines);
    expect(lines.length).toBeGreaterThan(20);
    for (const { product, productId } of lines) expect(product.id).toBe(productId);
    await shop.logs.gateway.first({ requestId, msg: 'request' });
    expect(
      shop.logs.products.with({ requestId, method: '/shop.products.v1.ProductsService/BatchGetProducts' }),
    ).toHaveLength(1);
  });

  it('asks once for the larger of two lists, and gives each its own', async () => {
    const query = '{ home { few: recentOrders(first: 1) { id } more: recentOrders(first: 3) { id } } }';
    const { body } = await ada.post('/graphql', { query }, { 'x-request-id': 'two-lists' });
    expect(body.data.home.more).toHaveLength(3);
    expect(body.data.home.few).toEqual(body.data.home.more.slice(0, 1));
    expect(
      shop.logs.orders.with({ requestId: 'two-lists', method: '/shop.orders.v1.OrdersService/ListRecentOrders' }),
    ).toHaveLength(1);
  });

  it('is asked for what is selected alone, however that is written: fragments, aliases, @skip and variables', async () => {
    const query = `query Home($skip: Boolean!) {
      page: home { ...Who recentOrders @skip(if: $skip) { id } ... on Home { list: recommendations(first: 2) { id } } }
    } fragment Who on Home { user { id } }`;
    const { body } = await ada.graphql(query, { skip: true });
    expect(body.data.page).toEqual({
      user: { id: 'u1' },
      list: [{ id: expect.anything() }, { id: expect.anything() }],
    });
  });
});

describe('the home page with a service down', () => {
  it.each([
    ['users', 'user'],
    ['orders', 'recentOrders'],
    ['products', 'recommendations'],
  ] as [ServiceName, string][])('without %s has no %s and says so, through both doors', async (service, part) => {
    const whole = (await ada.get('/v1/home')).body;
    await shop.stop(service);
    const [rest, graphql] = await Promise.all([ada.get('/v1/home'), ada.graphql(HOME)]);
    const degraded = [{ part, reason: 'UNAVAILABLE' }];
    expect(rest.status).toBe(200);
    expect(rest.body).toEqual({ ...whole, [part]: null, degraded });
    const paths = [{ part: `home.${part}`, reason: 'UNAVAILABLE' }];
    expect(graphql.body).toEqual({ data: { home: rest.body }, extensions: { degraded: paths } });

    await shop.start(service);
    await ada.everythingIsBack();
    expect((await ada.get('/v1/home')).body).toEqual(whole);
  });

  it('keeps the orders when only their products are missing', async () => {
    await shop.stop('products');
    const { body } = await ada.graphql(
      '{ home { recentOrders { id lines { product { id } } } degraded { part reason } } }',
    );
    const degraded = [{ part: 'recentOrders.lines.product', reason: 'UNAVAILABLE' }];
    expect(body.errors).toBeUndefined();
    expect(body.data.home.degraded).toEqual(degraded);
    const orders = body.data.home.recentOrders as { lines: object[] }[];
    const paths = orders.flatMap(({ lines }, i) =>
      lines.map((_, j) => `home.recentOrders.${i}.lines.${j}.product`),
    );
    expect(body.extensions).toEqual({ degraded: paths.map((part) => ({ part, reason: 'UNAVAILABLE' })) });
    expect(body.data.home.recentOrders).toHaveLength(5);
    expect(body.data.home.recentOrders[0].lines[0].product).toBeNull();
    await shop.start('products');
    await ada.everythingIsBack();
  });

  it('is an error when none of its parts can be had', async () => {
    await Promise.all([shop.stop('users'), shop.stop('orders'), shop.stop('products')]);
    const [rest, graphql] = await Promise.all([ada.get('/v1/home'), ada.graphql(HOME)]);
    expect(rest.status).toBe(502);
    expect(rest.body).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(graphql.body).toMatchObject({
      data: { home: null },
      errors: [{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }],
    });
    for (const { text } of [rest, graphql])
      expect(text).not.toMatch(/127\.0\.0\.1|ECONNREFUSED|users|node_modules/);
    await Promise.all([shop.start('users'), shop.start('orders'), shop.start('products')]);
  });
});
