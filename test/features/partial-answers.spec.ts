import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { grpcFailure } from '#libs/testing';
import { Client } from '#test/support/client';
import { SpoiltShop, wireOrder, wireProduct, wireUser } from '#test/support/spoilt-shop';
import { status as Code } from '@grpc/grpc-js';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

jest.setTimeout(60_000);

/** Root fields of three services, one of which is down. */
const QUERY = `query Everything {
  products(pageSize: 1) { items { id } }
  orders(first: 7) { nodes { id } }
  me { name }
}`;

interface Answer {
  data?: Record<string, unknown> | null;
  errors?: { path: string[]; extensions: { code: string } }[];
}
type Way = (body: { query?: string; documentId?: string }) => Promise<Answer>;

let shop: SpoiltShop;
let client: Client;
let clients: string;

const byPost =
  (accept: string): Way =>
  async (body) => {
    const answer = await client.post('/graphql', body, { ...shop.access.of('u1'), accept });
    expect(answer.status).toBe(200);
    return answer.body as Answer;
  };

const byGet: Way = async (body) => {
  const search = new URLSearchParams(body);
  return (await client.get(`/graphql?${search}`, { ...shop.access.of('u1') })).body as Answer;
};

const byWebSocket: Way = async (body) => {
  const socket = createClient({
    url: `${shop.gateway.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: shop.access.of('u1'),
  });
  const results: Answer[] = [];
  for await (const result of socket.iterate(body as { query: string })) results.push(result as Answer);
  await socket.dispose();
  return results[0]!;
};

const JSON_TYPE = 'application/graphql-response+json';
/** A type name at the root is for an executor. */
const executed = (body: { query?: string }) => ({ ...body, query: body.query?.replace(/\}$/, ' __typename }') });
const ways: [string, Way][] = [
  ['written', byPost(JSON_TYPE)],
  ['executed', (body) => byPost(JSON_TYPE)(executed(body))],
  ['written as plain JSON', byPost('application/json')],
  ['asked by GET', byGet],
  ['asked by its id', ({ query: _, ...rest }) => byPost(JSON_TYPE)({ ...rest, documentId: 'web/everything' })],
  ['asked over a WebSocket', byWebSocket],
  ['asked by its id over a WebSocket', () => byWebSocket({ documentId: 'web/everything', query: '' })],
];

beforeAll(async () => {
  clients = mkdtempSync(join(tmpdir(), 'atrium-clients-'));
  mkdirSync(join(clients, 'web'));
  writeFileSync(join(clients, 'web', 'everything.graphql'), QUERY);
  shop = await SpoiltShop.open({ CLIENTS_DIR: clients });
  client = Client.anonymous(shop);
});
afterAll(async () => {
  await shop?.close();
  rmSync(clients, { recursive: true, force: true });
});
beforeEach(() => {
  shop.ordersService.stopLying();
  shop.orders = [wireOrder()];
  shop.products = [wireProduct()];
  shop.users = [wireUser({ name: 'Ada' })];
});

const others = { products: { items: [{ id: 'p1' }] }, me: { name: 'Ada' } };

// Before any circuit opens.
describe.each(ways)('an operation of several services that is %s', (_, run) => {
  it('has no error while all of them answer', async () => {
    const { data, errors } = await run({ query: QUERY });
    expect(data).toMatchObject({ ...others, orders: { nodes: [{ id: 'o1' }] } });
    expect(errors).toBeUndefined();
  });
});

describe.each(ways)('an operation of several services that is %s', (_, run) => {
  it('has what the others answer where one service is down, and one error for that field', async () => {
    shop.ordersService.answerWith(grpcFailure(Code.UNAVAILABLE));
    for (let time = 0; time < 4; time += 1) {
      const { data, errors } = await run({ query: QUERY });
      expect(data).toMatchObject({ ...others, orders: null });
      expect(Object.keys(data!).slice(0, 3)).toEqual(['products', 'orders', 'me']);
      const all = errors!.map(({ path, extensions: { code } }) => ({ path, code }));
      expect(all).toEqual([
        { path: ['orders'], code: expect.stringMatching(/^UPSTREAM_UNAVAILABLE|CIRCUIT_OPEN$/) },
      ]);
    }
  });
});

describe('a document with several mutations', () => {
  const MUTATION = `mutation {
    placed: placeOrder(input: { lines: [{ productId: "p1", quantity: 1 }] }) {
      ... on OrderAccepted { order { id } }
    }
    cancelled: cancelOrder(input: { id: "o1" }) { __typename }
  }`;

  it.each([
    ['executed', JSON_TYPE],
    ['as plain JSON', 'application/json'],
  ])('shows what was done before one of them failed: %s', async (_, accept) => {
    shop.ordersService.answerWith(grpcFailure(Code.INTERNAL), { methods: ['CancelOrder'] });
    const { data, errors } = await byPost(accept)({ query: MUTATION });
    expect(data).toEqual({ placed: { order: { id: 'o1' } }, cancelled: null });
    expect(errors).toMatchObject([{ path: ['cancelled'] }]);
  });
});

describe('a view route', () => {
  it('fails as a whole where a root field fails: its document says that none of them is null', async () => {
    shop.ordersService.answerWith(grpcFailure(Code.UNAVAILABLE));
    const answer = await client.get('/v1/views/web/everything', shop.access.of('u1'));
    expect(answer.status).toBeGreaterThanOrEqual(502);
    expect(answer.body).not.toHaveProperty('orders');
    const { paths } = (await client.get('/openapi.json')).body as {
      paths: Record<
        string,
        { get: { responses: Record<string, { content: Record<string, { schema: object }> }> } }
      >;
    };
    const { content } = paths['/v1/views/web/everything']!.get.responses['200']!;
    expect(content['application/json']!.schema).toMatchObject({
      properties: { products: { type: 'object' }, orders: { type: 'object' }, me: { type: 'object' } },
    });
  });
});
