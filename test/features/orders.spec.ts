import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '#test/support/client';
import { Shop } from '#test/support/shop';

let shop: Shop;
let ada: Client;
let grace: Client;
let customer: Client;

beforeAll(async () => {
  shop = await Shop.open();
  [ada, grace, customer] = await Promise.all([
    Client.of(shop, 'ada'),
    Client.of(shop, 'grace'),
    Client.newCustomer(shop, 'somebody@example.com'),
  ]);
});
afterAll(() => shop.close());

const ORDER_FIELDS =
  'id status total { amountMinor currency } placedAt lines { productId name quantity unitPrice { amountMinor currency } }';
const inStock = async () => (await ada.get('/v1/products?sort=PRICE_ASC&pageSize=100')).body.items.find(isInStock);
const isInStock = (product: { inStock: boolean }) => product.inStock;

describe('a list of orders', () => {
  it('has the same orders, in pages, through both doors', async () => {
    const whole = (await ada.get('/v1/orders?first=100')).body;
    const ids: string[] = [];
    let after = '';
    do {
      const { body } = await ada.get(`/v1/orders?first=7${after && `&after=${after}`}`);
      ids.push(...body.items.map(({ id }: { id: string }) => id));
      after = body.nextCursor;
    } while (after);
    expect(ids).toEqual(whole.items.map(({ id }: { id: string }) => id));

    const { body } = await ada.graphql(
      `{ orders(first: 100) { nodes { ${ORDER_FIELDS} } pageInfo { hasNextPage } } }`,
    );
    expect(body.data.orders.nodes).toEqual(whole.items);
  });

  it('goes on after any order of a page', async () => {
    const query =
      'query After($after: String) { orders(first: 3, after: $after) { edges { cursor node { id } } pageInfo { hasPreviousPage startCursor endCursor } } }';
    const first = (await ada.graphql(query)).body.data.orders;
    const second = (await ada.graphql(query, { after: first.edges[0].cursor })).body.data.orders;
    expect(second.edges[0].node).toEqual(first.edges[1].node);
    expect([first.pageInfo.hasPreviousPage, second.pageInfo.hasPreviousPage]).toEqual([false, true]);
    expect(first.pageInfo).toMatchObject({ startCursor: first.edges[0].cursor, endCursor: first.edges[2].cursor });
  });

  it('joins any number of lines in one call per 100 products', async () => {
    const requestId = 'all-lines';
    const query = '{ orders(first: 100) { nodes { lines { productId product { id } } } } }';
    const { body } = await ada.post('/graphql', { query }, { 'x-request-id': requestId });
    const lines = body.data.orders.nodes.flatMap((order: { lines: { productId: string }[] }) => order.lines);
    const different = new Set(lines.map(({ productId }: { productId: string }) => productId));
    expect(different.size).toBeGreaterThan(100);
    const calls = shop.logs.products.with({
      requestId,
      method: '/shop.products.v1.ProductsService/BatchGetProducts',
    });
    expect(calls).toHaveLength(Math.ceil(different.size / 100));
  });

  it('can be narrowed to a status', async () => {
    const { body } = await ada.get('/v1/orders?status=DELIVERED&fields=items.status');
    expect(new Set(body.items.map(({ status }: { status: string }) => status))).toEqual(new Set(['DELIVERED']));
  });
});

describe('an order page', () => {
  it('joins every line to its product, the same through both doors', async () => {
    const [rest, graphql] = await Promise.all([
      ada.get('/v1/orders/o8000'),
      ada.graphql(`{ order(id: "o8000") {
        order { id status total { amountMinor currency } placedAt lines { productId name quantity unitPrice { amountMinor currency }
          product { id name description category price { amountMinor currency } inStock rating imageUrl } } }
        degraded { part reason } } }`),
    ]);
    expect(rest.status).toBe(200);
    for (const { productId, product } of rest.body.order.lines) expect(product.id).toBe(productId);
    expect(graphql.body).toEqual({ data: { order: rest.body } });
  });

  it.each(['o8000', 'o1', 'nothing', 'not..an..id', 'x'.repeat(300)])(
    "another caller's, or nobody's, is not found: %s",
    async (id) => {
      const { status, body } = await customer.get(`/v1/orders/${id}`);
      expect({ status, code: body.code }).toEqual({ status: 404, code: 'NOT_FOUND' });
      const graphql = await customer.graphql('query ($id: ID!) { order(id: $id) { order { id } } }', { id });
      expect(graphql.body).toMatchObject({
        data: { order: null },
        errors: [{ extensions: { code: 'NOT_FOUND' } }],
      });
    },
  );

  it('does without products when they are down', async () => {
    await shop.stop('products');
    const { status, body } = await ada.get('/v1/orders/o8000');
    expect(status).toBe(200);
    expect(body.order.lines[0].product).toBeNull();
    expect(body.degraded).toEqual([{ part: 'order.lines.product', reason: 'UNAVAILABLE' }]);
    await shop.start('products');
    await ada.everythingIsBack();
  });

  it('requires the order', async () => {
    await shop.stop('orders');
    const { status, body } = await ada.get('/v1/orders/o8000');
    expect({ status, code: body.code }).toEqual({ status: 502, code: 'UPSTREAM_UNAVAILABLE' });
    await shop.start('orders');
    await ada.everythingIsBack();
  });
});

describe('placing an order', () => {
  it('takes the goods, answers 201 with Location, and the order is there', async () => {
    const product = await inStock();
    const lines = [{ productId: product.id, quantity: 1 }];
    const answer = await customer.post('/v1/orders', { lines, expectedTotal: product.price });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ status: 'PLACED', total: product.price });
    expect(answer.headers['location']).toBe(`/v1/orders/${answer.body.id}`);
    const { body } = await customer.get(answer.headers['location']!);
    expect(body.order.lines[0].product.id).toBe(product.id);
  });

  it('is a union in GraphQL and a 409 in REST when it is refused', async () => {
    const product = await inStock();
    const lines = [{ productId: product.id, quantity: 1 }];
    const expectedTotal = { amountMinor: 1, currency: 'USD' };
    const rest = await customer.post('/v1/orders', { lines, expectedTotal });
    expect({ status: rest.status, code: rest.body.code }).toEqual({ status: 409, code: 'PRICE_CHANGED' });
    const { body } = await customer.graphql(
      'mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { __typename ... on OrderRefused { code lines { productId } } } }',
      { input: { lines, expectedTotal } },
    );
    expect(body).toEqual({
      data: { placeOrder: { __typename: 'OrderRefused', code: 'PRICE_CHANGED', lines: [] } },
    });
  });

  it('says what there is when there is not enough', async () => {
    const sold = (await ada.get('/v1/products?pageSize=100&sort=PRICE_ASC')).body.items.find(
      (product: { inStock: boolean }) => !product.inStock,
    );
    const { status, body } = await customer.post('/v1/orders', { lines: [{ productId: sold.id, quantity: 2 }] });
    expect({ status, code: body.code, lines: body.lines }).toEqual({
      status: 409,
      code: 'OUT_OF_STOCK',
      lines: [{ productId: sold.id, requested: 2, available: 0 }],
    });
  });

  it('names a product that does not exist', async () => {
    const { status, body } = await customer.post('/v1/orders', { lines: [{ productId: 'nothing', quantity: 1 }] });
    expect({ status, code: body.code }).toEqual({ status: 409, code: 'UNKNOWN_PRODUCT' });
    expect(body.lines).toEqual([{ productId: 'nothing', requested: 1, available: null }]);
  });

  it('places one order for one idempotency key', async () => {
    const product = await inStock();
    const document =
      'mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { ... on OrderAccepted { order { id lines { product { id } } } } } }';
    const input = { lines: [{ productId: product.id, quantity: 1 }], idempotencyKey: 'once' };
    const answers = [await customer.graphql(document, { input }), await customer.graphql(document, { input })];
    const [first, second] = answers.map(({ body }) => body.data.placeOrder.order);
    expect(first.lines[0].product.id).toBe(product.id);
    expect(second).toEqual(first);
  });

  it('leaves nothing reserved when the order cannot be placed', async () => {
    const product = await inStock();
    await shop.stop('orders');
    const answer = await customer.post('/v1/orders', { lines: [{ productId: product.id, quantity: 1 }] });
    expect(answer.status).toBe(502);
    const released = { method: '/shop.products.v1.ProductsService/ReleaseReservation', code: 'OK' };
    await shop.logs.products.first({ ...released, requestId: answer.headers['x-request-id'] });
    await shop.start('orders');
    await ada.everythingIsBack();
  });
});

describe('cancelling an order', () => {
  const place = async () => {
    const product = await inStock();
    return (await customer.post('/v1/orders', { lines: [{ productId: product.id, quantity: 1 }] })).body
      .id as string;
  };

  it('answers the cancelled order, and the same again', async () => {
    const id = await place();
    const first = await customer.post(`/v1/orders/${id}/cancel`);
    expect({ status: first.status, is: first.body.status }).toEqual({ status: 200, is: 'CANCELLED' });
    expect((await customer.post(`/v1/orders/${id}/cancel`)).body).toEqual(first.body);
  });

  it('is refused once the order has gone too far', async () => {
    const [delivered] = (await ada.get('/v1/orders?status=DELIVERED&first=1')).body.items;
    const { status, body } = await ada.post(`/v1/orders/${delivered.id}/cancel`);
    expect({ status, code: body.code }).toEqual({ status: 409, code: 'NOT_CANCELLABLE' });
    const graphql = await ada.graphql(
      'mutation ($input: CancelOrderInput!) { cancelOrder(input: $input) { ... on OrderRefused { code } } }',
      { input: { id: delivered.id } },
    );
    expect(graphql.body.data.cancelOrder).toEqual({ code: 'NOT_CANCELLABLE' });
  });

  it("does not find somebody else's order", async () => {
    const id = await place();
    expect((await ada.post(`/v1/orders/${id}/cancel`)).status).toBe(404);
    expect((await grace.get('/v1/me')).body.email).toBe('grace@example.com');
  });
});
