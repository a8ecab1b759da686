import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '#test/support/client';
import { Shop } from '#test/support/shop';
import { loadConfig } from '#gateway/config/config';
import { createGateway } from '#gateway/gateway';
import { Executor } from '#gateway/transports/graphql/execute/executor';
import { measure } from '#gateway/transports/graphql/limits/measure';
import { createLogger } from '#libs/observe';
import { getOperationAST, type GraphQLSchema, parse } from 'graphql';
import { createClient } from 'graphql-ws';
import type { Response } from 'supertest';
import { WebSocket } from 'ws';

let shop: Shop;
let ada: Client;
let buyer: Client;
/** Of fifty lines. */
let order: string;

beforeAll(async () => {
  shop = await Shop.open({
    RATE_LIMIT: 'on',
    RATE_LIMIT_ANONYMOUS: '2000/86400',
    RATE_LIMIT_CUSTOMER: '2000/86400',
    RATE_LIMIT_SEARCH: '2000/86400',
  });
  ada = await Client.of(shop, 'ada');
  buyer = await Client.newCustomer(shop, 'fifty@example.com');
  const { body } = await ada.get('/v1/products?pageSize=100&fields=items.id,items.inStock');
  const lines = (body.items as { id: string; inStock: boolean }[])
    .filter(({ inStock }) => inStock)
    .slice(0, 50)
    .map(({ id }) => ({ productId: id, quantity: 1 }));
  const placed = await buyer.post('/v1/orders', { lines });
  order = placed.body.id as string;
  if (placed.body.lines?.length !== 50) throw new Error(`not placed: ${placed.text}`);
});
afterAll(() => shop?.close());

const leftIn = ({ headers }: Response) => Number(/"customer";r=(\d+)/.exec(String(headers['ratelimit']))?.[1]);

/** What is reserved before a question runs, and what has been charged once it was answered. */
async function costOf(client: Client, send: () => PromiseLike<Response>) {
  const before = leftIn(await client.get('/v1/me'));
  const answer = await send();
  expect(answer.status).toBe(200);
  return { reserved: before - leftIn(answer), charged: before - leftIn(await client.get('/v1/me')) - 1 };
}

const PRODUCT = 'id name description category price { amountMinor currency } inStock rating imageUrl';
const LINES = `lines { productId name quantity unitPrice { amountMinor currency } product { ${PRODUCT} } }`;
const ORDER = `id status total { amountMinor currency } placedAt ${LINES}`;
const products = (fields: string, size: number) => `{ products(pageSize: ${size}) { items { ${fields} } } }`;

describe('what is answered costs the same by GraphQL as by REST, however much it is', () => {
  it.each([
    ['a hundred products', '/v1/products?pageSize=100', products(PRODUCT, 100), 10],
    ['twenty products', '/v1/products', products(PRODUCT, 20), 2],
    ['a field of each', '/v1/products?pageSize=100&fields=items.id', products('id', 100), 5],
  ])('%s', async (_, path, query, units) => {
    expect((await costOf(ada, () => ada.get(path))).charged).toBe(units);
    expect((await costOf(ada, () => ada.graphql(query))).charged).toBe(units);
    // What is remembered has as many objects.
    expect((await costOf(ada, () => ada.get(path))).charged).toBe(units);
  });

  it('an order of fifty lines, which nobody could know before', async () => {
    const query = `{ order(id: "${order}") { order { ${ORDER} } } }`;
    expect(await costOf(buyer, () => buyer.get(`/v1/orders/${order}`))).toEqual({ reserved: 2, charged: 10 });
    expect(await costOf(buyer, () => buyer.graphql(query))).toEqual({ reserved: 2, charged: 10 });
    const little = `{ order(id: "${order}") { order { id } } }`;
    expect(await costOf(buyer, () => buyer.graphql(little))).toEqual({ reserved: 2, charged: 2 });
  });
});

describe('what is refused before it runs costs its use cases alone', () => {
  const overSocket = async (query: string, variables: Record<string, unknown>): Promise<void> => {
    const client = createClient({
      url: `${shop.gateway.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${ada.token}` },
    });
    const refused = await new Promise((resolve) => {
      client.subscribe({ query, variables }, { next: resolve, error: resolve, complete: () => {} });
    });
    expect(JSON.stringify(refused)).toContain('GRAPHQL_VALIDATION_FAILED');
    await client.dispose();
  };

  it.each([
    ['a mistake', `{ products(pageSize: 100) { items { ${PRODUCT} none } } }`, {}],
    [
      'a wrong variable',
      `query ($n: Int!) { products(page: $n, pageSize: 100) { items { ${PRODUCT} } } }`,
      { n: 'x' },
    ],
  ])('%s, by HTTP and over a WebSocket', async (_, query, variables) => {
    const charged = async (send: () => PromiseLike<unknown>): Promise<number> => {
      const before = leftIn(await ada.get('/v1/me'));
      await send();
      return before - leftIn(await ada.get('/v1/me')) - 1;
    };
    expect(await charged(() => ada.graphql(query, variables))).toBe(2);
    expect(await charged(() => overSocket(query, variables))).toBe(2);
  });
});

/** Counts the objects of an answer as docs/limits.md has them, not by what the gateway counts with. */
function objectsIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((sum, one) => sum + objectsIn(one), Array.isArray(value) ? 0 : 1);
}

describe('the queries of our clients', () => {
  let schema: GraphQLSchema;
  beforeAll(async () => {
    const app = await createGateway(loadConfig({ PORT: '0', ADMIN_PORT: '0' }), createLogger('gateway', 'silent'));
    await app.init();
    schema = app.get(Executor, { strict: false }).schema;
    await app.close();
  });

  /** The objects of a document as they are estimated before it runs, and as they are answered. */
  async function estimatedAndAnswered(id: string, given: Record<string, unknown> = {}) {
    const document = parse(readFileSync(`clients/${id}.graphql`, 'utf8'));
    const { cost } = measure(schema, document, getOperationAST(document)!, given);
    const { body } = await ada.post('/graphql', { documentId: id, variables: given });
    expect(body.errors).toBeUndefined();
    return { estimate: cost, objects: objectsIn(body.data) - 1, data: body.data };
  }

  const files = readdirSync('clients', { recursive: true, encoding: 'utf8' });
  const queries = files.filter(
    (file) => file.endsWith('.graphql') && /^query /m.test(readFileSync(`clients/${file}`, 'utf8')),
  );
  const variables: Record<string, Record<string, unknown>> = {
    'web/product': { id: 'p1' },
    'mini/product': { id: 'p1' },
    'mini/order': { id: 'o8000' },
  };

  it.each(queries.map((file) => file.replace('.graphql', '')))(
    '%s is estimated at its objects, or half as many more at most',
    async (id) => {
      const { estimate, objects } = await estimatedAndAnswered(id, variables[id]);
      expect(estimate).toBeGreaterThanOrEqual(objects);
      expect(estimate).toBeLessThanOrEqual(objects * 1.5);
    },
  );

  it('and their mutations are estimated at their objects at least', async () => {
    const lines = [{ productId: 'p1', quantity: 1 }];
    const placed = await estimatedAndAnswered('mini/place-order', { lines, idempotencyKey: 'limits-by-size' });
    const { id } = placed.data.placeOrder.order as { id: string };
    const cancelled = await estimatedAndAnswered('mobile/cancel-order', { id });
    for (const { estimate, objects } of [placed, cancelled]) expect(estimate).toBeGreaterThanOrEqual(objects);
  });

  it.each(queries.map((file) => file.replace('.graphql', '')))(
    '%s reserves what it costs, or half of that more at most',
    async (id) => {
      const requested = { documentId: id, variables: variables[id] };
      const { reserved, charged } = await costOf(ada, () => ada.post('/graphql', requested));
      expect(reserved).toBeGreaterThanOrEqual(charged);
      expect(reserved).toBeLessThanOrEqual(charged * 1.5);
    },
  );
});
