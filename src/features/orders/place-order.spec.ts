import { describe, expect, it } from '@jest/globals';
import { aContext, callsOf } from '#libs/testing';
import { type InputOf, parseFields, wholeView } from '#libs/view';
import { OrderView } from './order.view.ts';
import type { PlaceOrderInput } from './place-order-input.ts';
import { aShop } from './place-order.fixture.ts';

type Question = InputOf<typeof PlaceOrderInput>;

const both: Question = {
  lines: [
    { productId: 'p1', quantity: 2 },
    { productId: 'p2', quantity: 1 },
  ],
};

describe('an order', () => {
  it('is placed with current names and prices, and its goods are sold', async () => {
    const { placeOrder, products, orders, left } = aShop();
    const confirmed = callsOf(products, 'confirm');
    const result = await placeOrder.run(aContext(), both);
    expect(result).toMatchObject({
      order: {
        status: 'PLACED',
        total: { amountMinor: 2250, currency: 'USD' },
        lines: [
          { productId: 'p1', name: 'Lamp', quantity: 2, unitPrice: { amountMinor: 1000, currency: 'USD' } },
          { productId: 'p2', name: 'Chair', quantity: 1, unitPrice: { amountMinor: 250, currency: 'USD' } },
        ],
      },
    });
    expect(left()).toEqual({ p1: 3, p2: 0 });
    expect(confirmed.map(([, reservation]) => reservation)).toEqual([orders.orders[0]!.reservationId]);
  });

  it('is placed if the total is the expected one', async () => {
    const expectedTotal = { amountMinor: 2250, currency: 'USD' };
    expect(await aShop().placeOrder.run(aContext(), { ...both, expectedTotal })).toHaveProperty('order');
  });

  it('is placed once per idempotency key, and takes its goods once', async () => {
    const { placeOrder, orders, left } = aShop();
    const lamp = { lines: [{ productId: 'p1', quantity: 1 }], idempotencyKey: 'k1' };
    const first = await placeOrder.run(aContext(), lamp);
    const after = left();
    const again = await placeOrder.run(aContext(), lamp);
    expect(again).toEqual(first);
    expect(orders.orders).toHaveLength(1);
    expect(left()).toEqual(after);
  });

  it('is placed each time without an idempotency key', async () => {
    const { placeOrder, orders } = aShop();
    const lamp = { lines: [{ productId: 'p1', quantity: 1 }] };
    await placeOrder.run(aContext(), lamp);
    await placeOrder.run(aContext(), lamp);
    expect(new Set(orders.orders.map(({ reservationId }) => reservationId)).size).toBe(2);
  });

  it('has its products if selected', async () => {
    const selection = parseFields('lines.product.id', wholeView(OrderView, ['lines.product']));
    const result = await aShop().placeOrder.run(aContext(), both, selection);
    expect(result).toMatchObject({ order: { lines: [{ product: { id: 'p1' } }, { product: { id: 'p2' } }] } });
  });
});

describe('an order is refused', () => {
  it('for products that do not exist, naming them', async () => {
    const { placeOrder, left } = aShop();
    const lines = [...both.lines, { productId: 'p9', quantity: 3 }];
    expect(await placeOrder.run(aContext(), { lines })).toMatchObject({
      code: 'UNKNOWN_PRODUCT',
      lines: [{ productId: 'p9', requested: 3, available: null }],
    });
    expect(left()).toEqual({ p1: 5, p2: 1 });
  });

  it.each([
    { amountMinor: 2249, currency: 'USD' },
    { amountMinor: 2251, currency: 'USD' },
    { amountMinor: 2250, currency: 'EUR' },
  ])('where %p was expected', async (expectedTotal) => {
    const { placeOrder, left, orders } = aShop();
    expect(await placeOrder.run(aContext(), { ...both, expectedTotal })).toMatchObject({ code: 'PRICE_CHANGED' });
    expect(left()).toEqual({ p1: 5, p2: 1 });
    expect(orders.orders).toEqual([]);
  });

  it('for too little stock of a product, naming the stock; no line is reserved', async () => {
    const { placeOrder, left, orders } = aShop();
    const lines = [
      { productId: 'p1', quantity: 2 },
      { productId: 'p2', quantity: 4 },
    ];
    expect(await placeOrder.run(aContext(), { lines })).toMatchObject({
      code: 'OUT_OF_STOCK',
      lines: [{ productId: 'p2', requested: 4, available: 1 }],
    });
    expect(left()).toEqual({ p1: 5, p2: 1 });
    expect(orders.orders).toEqual([]);
  });
});
