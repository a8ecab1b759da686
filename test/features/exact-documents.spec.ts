import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '#test/support/client';
import { Shop } from '#test/support/shop';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

let shop: Shop;
let ada: Client;

beforeAll(async () => {
  shop = await Shop.open();
  ada = await Client.of(shop, 'ada');
});
afterAll(() => shop?.close());

/** More often than any optimisation waits for. */
const TIMES = 5;

interface Answer {
  data?: unknown;
  errors?: readonly { path?: readonly unknown[]; extensions?: { code?: unknown } }[];
}

type Way = (query: string, variables: object) => Promise<Answer & { status?: number }>;

async function overSocket(query: string, variables: object): Promise<Answer> {
  const client = createClient({
    url: `${shop.gateway.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: { authorization: `Bearer ${ada.token}` },
  });
  try {
    for await (const answer of client.iterate({ query, variables: variables as Record<string, unknown> }))
      return answer as Answer;
    throw new Error('no answer');
  } finally {
    await client.dispose();
  }
}

const WAYS: [string, Way][] = [
  [
    'POST',
    async (query, variables) => {
      const { status, body } = await ada.graphql(query, variables);
      return { status, ...(body as Answer) };
    },
  ],
  [
    'GET',
    async (query, variables) => {
      const search = new URLSearchParams({ query, variables: JSON.stringify(variables) });
      const { status, body } = await ada.get(`/graphql?${search}`);
      return { status, ...(body as Answer) };
    },
  ],
  [
    'POST with extensions',
    async (query, variables) => {
      const extensions = { unknown: true };
      const { status, body } = await ada.post('/graphql', { query, variables, extensions });
      return { status, ...(body as Answer) };
    },
  ],
  ['a WebSocket', overSocket],
];

const codesIn = ({ errors }: Answer) => errors?.map(({ path, extensions }) => [path, extensions?.code]);

describe.each(WAYS)('by %s', (_, send) => {
  it('a condition on a spread holds for that spread alone, each time (GraphQL, 3.13)', async () => {
    const query = `query ($a: Boolean!, $b: Boolean!) {
      one: product(id: "p1") { ...P @include(if: $a) } two: product(id: "p2") { ...P @include(if: $b) }
    } fragment P on ProductPage { product { id } }`;
    for (let time = 0; time < TIMES; time += 1) {
      const { data } = await send(query, { a: false, b: true });
      expect(data).toEqual({ one: {}, two: { product: { id: 'p2' } } });
    }
  });

  it.each([
    [
      'below the root',
      'query ($n: Int) { product(id: "p1") { product { id } related(first: $n) { id } } }',
      { product: { product: { id: 'p1' }, related: null } },
      ['product', 'related'],
    ],
    [
      'in a fragment, under an alias',
      'query ($n: Int) { product(id: "p1") { ...F } } fragment F on ProductPage { r: reviews(first: $n) { id } product { id } }',
      { product: { r: null, product: { id: 'p1' } } },
      ['product', 'r'],
    ],
    [
      'where the operation has a default',
      'query ($n: Int = 3) { home { user { id } recentOrders(first: $n) { id } } }',
      { home: { user: { id: 'u1' }, recentOrders: null } },
      ['home', 'recentOrders'],
    ],
    ['of the root', 'query ($n: Int) { products(pageSize: $n) { total } }', { products: null }, ['products']],
    [
      'an enumeration',
      'query ($n: ProductSort) { products(sort: $n) { total } }',
      { products: null },
      ['products'],
    ],
  ])('null for an argument that has a default is an error of its field: %s', async (__, query, data, path) => {
    const { logs } = shop;
    const before = logs.gateway.lines.length;
    for (let time = 0; time < TIMES; time += 1) {
      const answer = await send(query, { n: null });
      expect(answer.data).toEqual(data);
      expect(codesIn(answer)).toEqual([[path, 'GRAPHQL_VALIDATION_FAILED']]);
      expect(answer.status ?? 200).toBe(200);
    }
    expect(logs.gateway.lines.slice(before).filter(({ level }) => level === 'error')).toEqual([]);
  });
});

describe('null inside of an input, where it may not be', () => {
  it.each([
    [
      'a field',
      'mutation ($x: Int = 1) { placeOrder(input: { lines: [{ productId: "p1", quantity: $x }] }) { __typename } }',
      'placeOrder',
    ],
    [
      'an item of a list',
      'mutation ($x: ID = "p1") { placeOrder(input: { lines: [{ productId: $x, quantity: 1 }] }) { __typename } }',
      'placeOrder',
    ],
    [
      'an object',
      'mutation ($x: [OrderLineInput!] = []) { placeOrder(input: { lines: $x }) { __typename } }',
      'placeOrder',
    ],
    [
      'a string',
      'mutation ($x: String = "") { login(input: { email: "a@b.example", password: $x }) { tokenType } }',
      'login',
    ],
  ])('is an error of the field: %s', async (_, query, field) => {
    for (const send of [WAYS[0]![1], WAYS[2]![1], overSocket]) {
      const answer = await send(query, { x: null });
      expect(answer.data).toEqual({ [field]: null });
      expect(codesIn(answer)).toEqual([[[field], 'GRAPHQL_VALIDATION_FAILED']]);
    }
  });
});
