import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '#test/support/client';
import { Shop } from '#test/support/shop';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

let shop: Shop;
let ada: Client;
let stranger: Client;
let order: string;

/** As the Relay compiler writes what a component asks again. */
const REFETCH = `query RefetchQuery($id: ID!) {
  node(id: $id) { __typename ...Card_order ...Card_product id }
}
fragment Card_order on Order { status lines { product { id name } } ...Key }
fragment Card_product on Product { name price { amountMinor } ...Key }
fragment Key on Node { id }`;

type Way = (query: string, variables: Record<string, unknown>, client: Client) => Promise<{ data?: unknown }>;

const byHttp =
  (accept: string): Way =>
  async (query, variables, client) =>
    (await client.post('/graphql', { query, variables }, { accept })).body as { data?: unknown };

const ways: [string, Way][] = [
  ['POST', byHttp('application/graphql-response+json')],
  ['POST, as plain JSON', byHttp('application/json')],
  [
    'a WebSocket',
    async (query, variables, client) => {
      const socket = createClient({
        url: `${shop.gateway.url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        retryAttempts: 0,
        connectionParams: client.token ? { authorization: `Bearer ${client.token}` } : {},
      });
      try {
        for await (const answer of socket.iterate({ query, variables })) return answer as { data?: unknown };
        throw new Error('no answer');
      } finally {
        await socket.dispose();
      }
    },
  ],
];

beforeAll(async () => {
  shop = await Shop.open({ CACHE: 'on' });
  ada = await Client.of(shop, 'ada');
  stranger = await Client.newCustomer(shop, 'stranger@example.com');
  order = (await ada.get('/v1/orders?first=1')).body.items[0].id as string;
});
afterAll(() => shop?.close());

describe.each(ways)('node, by %s', (_, send) => {
  it('is the object with this id, as a fragment on its type asks for it', async () => {
    for (let time = 0; time < 4; time += 1) {
      const { data } = await send(REFETCH, { id: order }, ada);
      const { body } = await ada.get(`/v1/orders/${order}?fields=order.status,order.lines.product`);
      expect(data).toMatchObject({
        node: {
          __typename: 'Order',
          id: order,
          status: body.order.status,
          lines: (body.order.lines as { product: { id: string; name: string } }[]).map(({ product }) => ({
            product: { id: product.id, name: product.name },
          })),
        },
      });
      const product = await send(REFETCH, { id: 'p1' }, ada);
      expect(product.data).toMatchObject({ node: { __typename: 'Product', id: 'p1', name: expect.any(String) } });
      expect(Object.keys((product.data as { node: object }).node)).not.toContain('status');
    }
  });

  it('takes every id that a type with Node has', async () => {
    const { data } = await send(
      '{ me { id __typename } products(pageSize: 1) { items { id __typename } } }',
      {},
      ada,
    );
    const { me, products } = data as { me: object; products: { items: object[] } };
    for (const one of [me, ...products.items]) {
      const { id } = one as { id: string };
      expect((await send('query ($id: ID!) { node(id: $id) { id __typename } }', { id }, ada)).data).toEqual({
        node: one,
      });
    }
  });

  it('may be what a fragment on the interface is on, wherever an object is', async () => {
    const query = `{ products(pageSize: 2) { items { ...Key name } } node(id: "p1") { ...Key } }
      fragment Key on Node { id ... on Product { inStock } }`;
    const { data } = await send(query, {}, ada);
    const { products, node } = data as { products: { items: object[] }; node: object };
    for (const item of products.items) expect(Object.keys(item)).toEqual(['id', 'inStock', 'name']);
    expect(Object.keys(node)).toEqual(['id', 'inStock']);
  });

  it("is null without an error for nobody's id, for another caller's, and without a token for what is not public", async () => {
    const none = { data: { node: null } };
    expect(await send(REFETCH, { id: 'nothing' }, ada)).toEqual(none);
    expect(await send(REFETCH, { id: order }, stranger)).toEqual(none);
    expect(
      await send('query ($id: ID!) { node(id: $id) { id ... on User { email } } }', { id: 'u1' }, stranger),
    ).toEqual(none);
    expect(await send(REFETCH, { id: order }, Client.anonymous(shop))).toEqual(none);
    expect(await send(REFETCH, { id: 'p1' }, Client.anonymous(shop))).toMatchObject({
      data: { node: { id: 'p1' } },
    });
  });
});

describe('node', () => {
  const get = (id: string, client: Client) =>
    client.get(`/graphql?query=${encodeURIComponent(`{ node(id: "${id}") { id } }`)}`);

  it('is never kept by a shared cache where another caller would see something else', async () => {
    const control = async (id: string, client: Client) =>
      String((await get(id, client)).headers['cache-control'] ?? 'private');
    const anybody = Client.anonymous(shop);
    expect(await control('p1', anybody)).toMatch(/^public/);
    expect(await control(order, anybody)).not.toMatch(/public/);
    expect(await control(order, ada)).not.toMatch(/public/);
  });
});
