import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import type { Client } from '#test/support/client';
import type { Shop } from '#test/support/shop';

/** A product to order, and how much of it. */
export interface Line {
  productId: string;
  quantity: number;
}

/** A shop and two of its customers. */
export interface Given {
  shop: Shop;
  customer: Client;
  another: Client;
  lines: Line[];
}

const DOCUMENT = `mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) {
  ... on OrderAccepted { order { id status lines { product { id } } } } ... on OrderRefused { code } } }`;

/** One of a product that is in stock. */
export async function aLine(client: Client): Promise<Line> {
  const { body } = await client.get('/v1/products?sort=PRICE_ASC&pageSize=100&fields=items.id,items.inStock');
  const product = body.items.find(({ inStock }: { inStock: boolean }) => inStock);
  return { productId: product.id, quantity: 1 };
}

/** Places an order over REST with an Idempotency-Key, which is sent as it is. */
export const place = (client: Client, key: string, body: object, headers = {}) =>
  client.post('/v1/orders', body, { 'idempotency-key': key, ...headers });

/** What is promised of orders with an idempotency key, wherever the gateway keeps it. */
export function keepsItsPromises(given: () => Given): void {
  /** Every call that a request made of orders and products. */
  const callsFor = (requestId: string) =>
    [given().shop.logs.orders, given().shop.logs.products].flatMap((log) => log.with({ requestId }));
  const orders = async () => (await given().customer.get('/v1/orders?first=100')).body.items as object[];

  it('is answered the same again, without a question to an upstream', async () => {
    const { customer, lines } = given();
    const key = randomUUID();
    const first = await place(customer, `"${key}"`, { lines });
    expect(first.status).toBe(201);
    expect(callsFor(first.headers['x-request-id']!).length).toBeGreaterThan(0);

    const same = { expectedTotal: null, lines };
    const again = await place(customer, key, same, { 'x-request-id': `again-${key}` });
    expect([again.status, again.text]).toEqual([201, first.text]);
    expect(again.headers['location']).toBe(first.headers['location']);
    expect(callsFor(`again-${key}`)).toEqual([]);
  });

  it('is refused again as it was', async () => {
    const { customer, lines } = given();
    const body = { lines, expectedTotal: { amountMinor: 1, currency: 'USD' } };
    const key = randomUUID();
    const first = await place(customer, key, body);
    const again = await place(customer, key, body, { 'x-request-id': `again-${key}` });
    for (const { status, body: problem } of [first, again]) {
      expect({ status, code: problem.code }).toEqual({ status: 409, code: 'PRICE_CHANGED' });
    }
    expect(callsFor(`again-${key}`)).toEqual([]);
  });

  it('is the same order through both doors', async () => {
    const { customer, lines } = given();
    const idempotencyKey = randomUUID();
    const rest = await place(customer, idempotencyKey, { lines });
    const { body } = await customer.graphql(DOCUMENT, { input: { lines, idempotencyKey } });
    const { order } = body.data.placeOrder;
    expect(order.id).toBe(rest.body.id);
    expect(order.lines).toEqual([{ product: { id: lines[0]!.productId } }]);
  });

  it('is refused for another order, through both doors', async () => {
    const { customer, lines } = given();
    const idempotencyKey = randomUUID();
    await place(customer, idempotencyKey, { lines });
    const other = { lines: [{ ...lines[0], quantity: 2 }] };
    const { status, body } = await place(customer, idempotencyKey, other);
    expect({ status, code: body.code }).toEqual({ status: 422, code: 'IDEMPOTENCY_MISMATCH' });
    const graphql = await customer.graphql(DOCUMENT, { input: { ...other, idempotencyKey } });
    expect(graphql.body.errors[0].extensions.code).toBe('IDEMPOTENCY_MISMATCH');
  });

  it('is one order, however many ask for it at once', async () => {
    const { customer, lines } = given();
    const key = randomUUID();
    const before = await orders();
    const answers = await Promise.all(Array.from({ length: 20 }, () => place(customer, key, { lines })));
    const placed = answers.filter(({ status }) => status === 201).map(({ body }) => body.id as string);
    expect(new Set(placed).size).toBe(1);
    const refused = answers.filter(({ status }) => status !== 201);
    expect(refused.map(({ status, body, headers }) => [status, body.code, headers['retry-after']])).toEqual(
      refused.map(() => [409, 'IDEMPOTENCY_IN_FLIGHT', '1']),
    );
    expect(await orders()).toHaveLength(before.length + 1);
  });

  it("is another caller's own", async () => {
    const { customer, another, lines } = given();
    const key = randomUUID();
    const [mine, theirs] = [await place(customer, key, { lines }), await place(another, key, { lines })];
    expect([mine.status, theirs.status]).toEqual([201, 201]);
    expect(mine.body.id).not.toBe(theirs.body.id);
  });

  it('can be placed again where it failed', async () => {
    const { shop, customer, lines } = given();
    const key = randomUUID();
    await shop.stop('orders');
    expect((await place(customer, key, { lines })).status).toBeGreaterThanOrEqual(502);
    await shop.start('orders');
    await customer.everythingIsBack();
    expect((await place(customer, key, { lines })).status).toBe(201);
  });
}
