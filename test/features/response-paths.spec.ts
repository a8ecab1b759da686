import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type orders as wire } from '#libs/contracts';
import { grpcFailure } from '#libs/testing';
import { Client } from '#test/support/client';
import { SpoiltShop, wireLine, wireOrder, wireProduct, wireReview, wireUser } from '#test/support/spoilt-shop';
import { status as Code } from '@grpc/grpc-js';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

jest.setTimeout(60_000);

let shop: SpoiltShop;
let client: Client;

interface Answer {
  data?: Record<string, unknown> | null;
  extensions?: { degraded: { part: string; reason: string }[] };
}
type Way = (query: string, variables?: Record<string, unknown>) => Promise<Answer>;

const JSON_TYPE = 'application/graphql-response+json';
const headers = (accept: string) => ({ ...shop.access.of('u1'), accept });
const byHttp =
  (accept: string): Way =>
  async (query, variables) =>
    (await client.post('/graphql', { query, variables }, headers(accept))).body as Answer;

const byWebSocket: Way = async (query, variables) => {
  const socket = createClient({
    url: `${shop.gateway.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: shop.access.of('u1'),
  });
  const results: Answer[] = [];
  for await (const result of socket.iterate({ query, variables })) results.push(result as Answer);
  await socket.dispose();
  return results[0]!;
};

const ways: [string, Way][] = [
  ['written', byHttp(JSON_TYPE)],
  ['written under a condition', (query, variables) => byHttp(JSON_TYPE)(withDirective(query), variables)],
  ['written as the media type of GraphQL', byHttp('application/graphql-response+json')],
  ['over a WebSocket', byWebSocket],
];
const withDirective = (query: string) => query.replace(/\}\s*$/, ' __typename @skip(if: true) }');

const parts = ({ extensions }: Answer) => extensions?.degraded.map(({ part, reason }) => `${part} ${reason}`);

beforeAll(async () => {
  shop = await SpoiltShop.open();
  client = Client.anonymous(shop);
});
afterAll(() => shop.close());
beforeEach(() => {
  shop.ordersService.stopLying();
  shop.productsService.stopLying();
  const lines = [wireLine(), wireLine({ productId: 'p2' })];
  shop.orders = ['o1', 'o2', 'o3'].map((id) => wireOrder({ id, lines }));
  shop.products = ['p1', 'p2', 'p3', 'p4'].map((id) => wireProduct({ id }));
  shop.reviews = [wireReview()];
  shop.users = [wireUser()];
});

describe.each(ways)('extensions.degraded of an operation that is %s', (_, run) => {
  it('is not there where nothing is missing', async () => {
    expect(await run('{ home { user { id } recentOrders { id } } }')).not.toHaveProperty('extensions');
  });

  it('names what is missing of a node', async () => {
    shop.products[1]!.price = undefined;
    const answer = await run('{ n: node(id: "o1") { id ... on Order { l: lines { product { id } } } } }');
    expect(parts(answer)).toEqual(['n.l.1.product BAD_RESPONSE']);
  });

  it('names each field by its alias, in the order of the document', async () => {
    shop.productsService.answerWith(grpcFailure(Code.UNAVAILABLE), { methods: ['ListRelatedProducts'] });
    const query = `{
      b: product(id: "p2") { more: related { id } product { id } }
      a: product(id: "p1") { related { id } degraded { part reason } }
    }`;
    for (let time = 0; time < 6; time += 1) {
      const answer = await run(query);
      expect(parts(answer)).toEqual(['b.more UNAVAILABLE', 'a.related UNAVAILABLE']);
      expect(answer.data!['a']).toMatchObject({ degraded: [{ part: 'related', reason: 'UNAVAILABLE' }] });
    }
  });

  it('names each alias of one field, as much of it as was selected', async () => {
    shop.products[2]!.price = undefined;
    const query =
      'query ($n: Int!) { home { few: recommendations(first: 2) { id } all: recommendations(first: $n) { id } } }';
    expect(parts(await run(query, { n: 4 }))).toEqual(['home.all.2 BAD_RESPONSE']);
  });

  it('names the places of two lists of one field by themselves', async () => {
    shop.orders[1]!.total = undefined;
    const query =
      '{ x: orders(first: 1) { nodes { id } } y: orders(first: 3) { n: nodes { id } } products { items { id } } }';
    expect(parts(await run(query))).toEqual(['y.n.1 BAD_RESPONSE']);
  });

  it('names the lines whose product is missing, below everything else', async () => {
    shop.products[1]!.price = undefined;
    const query =
      '{ o: order(id: "o1") { order { l: lines { product { id } } } degraded { part } } home { user { id } } }';
    const answer = await run(query);
    expect(parts(answer)).toEqual(['o.order.l.1.product BAD_RESPONSE']);
    expect(answer.data!['o']).toMatchObject({ degraded: [{ part: 'order.lines.1.product' }] });
  });

  it('names every line where there are no products at all', async () => {
    shop.productsService.answerWith(grpcFailure(Code.UNAVAILABLE), { methods: ['BatchGetProducts'] });
    const query = '{ orders(first: 2) { edges { node { lines { product { id } } } } degraded { part } } }';
    const answer = await run(query);
    const lines = ['0.node.lines.0', '0.node.lines.1', '1.node.lines.0', '1.node.lines.1'];
    expect(parts(answer)).toEqual(lines.map((line) => `orders.edges.${line}.product UNAVAILABLE`));
    expect(answer.data!['orders']).toMatchObject({ degraded: [{ part: 'nodes.lines.product' }] });
  });

  it('is complete beside a field that fails', async () => {
    shop.orders = [];
    shop.users = [wireUser({ role: 'auditor' })];
    const answer = await run(
      '{ gone: order(id: "o9") { order { id } } h: home { user { id } recentOrders { id } } }',
    );
    expect(answer).toMatchObject({ data: { gone: null, h: { user: null } } });
    expect(parts(answer)).toEqual(['h.user BAD_RESPONSE']);
  });
});

describe('extensions.degraded', () => {
  it('of a mutation names what its order lacks', async () => {
    shop.products[1]!.price = undefined;
    const query = `mutation { c: cancelOrder(input: { id: "o1" }) { ... on OrderAccepted { order { lines { product { id } } } } } }`;
    for (const [, run] of ways) {
      expect(parts(await run(query))).toEqual(['c.order.lines.1.product BAD_RESPONSE']);
    }
  });

  it('is in the answer to an operation by its id, with the aliases of that', async () => {
    shop.orders[1]!.status = 9 as wire.OrderStatus;
    const byId = await client.post('/graphql', { documentId: 'web/home' }, headers(JSON_TYPE));
    expect(parts(byId.body as Answer)).toEqual(['home.recentOrders.1 BAD_RESPONSE']);
    const get = await client.get('/graphql?documentId=web/home', headers(JSON_TYPE));
    expect(parts(get.body as Answer)).toEqual(['home.recentOrders.1 BAD_RESPONSE']);
  });

  it('is not in a view: its pages name their parts by themselves', async () => {
    shop.orders[1]!.status = 9 as wire.OrderStatus;
    const { body } = await client.get('/v1/views/web/home', shop.access.of('u1'));
    expect(Object.keys(body as object)).toEqual(['home']);
    expect(body.home.degraded).toEqual([{ part: 'recentOrders.1', reason: 'BAD_RESPONSE' }]);
  });
});
