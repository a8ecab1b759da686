import { describe, expect, it } from '@jest/globals';
import { aContext, callsOf, failing } from '#libs/testing';
import { parseFields, wholeView } from '#libs/view';
import { OrderView } from './order.view.ts';
import { aShop } from './place-order.fixture.ts';

const question = { lines: [{ productId: 'p1', quantity: 2 }], idempotencyKey: 'k' };
const other = { lines: [{ productId: 'p2', quantity: 1 }], idempotencyKey: 'k' };

type Shop = ReturnType<typeof aShop>;

/** Places an order while a method of a port always fails. */
async function placeWithout(shop: Shop, port: 'orders' | 'products', method: string): Promise<void> {
  const methods = shop[port] as unknown as Record<string, unknown>;
  const original = methods[method];
  methods[method] = failing();
  await expect(shop.placeOrder.run(aContext(), question)).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  methods[method] = original;
}

const statuses = ({ orders }: Shop) => orders.orders.map(({ status }) => status);

describe('an order placed again with the same idempotency key', () => {
  it('has the same result, without upstream calls', async () => {
    const { placeOrder, products, orders, left } = aShop();
    const first = await placeOrder.run(aContext(), question);
    const answered = JSON.stringify(first);
    const requested = [callsOf(products, 'byIds'), callsOf(products, 'reserve'), callsOf(orders, 'place')];
    orders.orders[0]!.status = 'SHIPPED';
    expect(JSON.stringify(await placeOrder.run(aContext(), question))).toBe(answered);
    expect(requested).toEqual([[], [], []]);
    expect(left().p1).toBe(3);
  });

  it('has its products if they are selected now', async () => {
    const { placeOrder } = aShop();
    await placeOrder.run(aContext(), question);
    const selection = parseFields('lines.product.name', wholeView(OrderView, ['lines.product']));
    const again = await placeOrder.run(aContext(), question, selection);
    expect(again).toMatchObject({ order: { lines: [{ product: { name: 'Lamp' } }] } });
  });

  it('is refused again, even if it could be placed now', async () => {
    const { placeOrder, products } = aShop();
    const tooMany = { lines: [{ productId: 'p2', quantity: 2 }], idempotencyKey: 'k' };
    const first = await placeOrder.run(aContext(), tooMany);
    expect(first).toMatchObject({ code: 'OUT_OF_STOCK' });
    const reserved = callsOf(products, 'reserve');
    expect(await placeOrder.run(aContext(), tooMany)).toEqual(first);
    expect(reserved).toEqual([]);
  });

  it('is refused for a different order', async () => {
    const { placeOrder } = aShop();
    await placeOrder.run(aContext(), question);
    await expect(placeOrder.run(aContext(), other)).rejects.toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
  });

  it('is placed if it failed before', async () => {
    const shop = aShop();
    await placeWithout(shop, 'orders', 'place');
    expect(await shop.placeOrder.run(aContext(), question)).toHaveProperty('order');
    expect(shop.left().p1).toBe(3);
  });

  it('is placed anew if it was undone', async () => {
    const shop = aShop();
    await placeWithout(shop, 'products', 'confirm');
    await placeWithout(shop, 'products', 'confirm');
    expect(await shop.placeOrder.run(aContext(), question)).toMatchObject({ order: { status: 'PLACED' } });
    expect(statuses(shop)).toEqual(['CANCELLED', 'CANCELLED', 'PLACED']);
    expect(shop.left().p1).toBe(3);
  });

  it('is placed anew if the response of orders was lost and the goods were released', async () => {
    const shop = aShop();
    const place = shop.orders.place.bind(shop.orders);
    const losing: typeof place = async (context, order) => {
      await place(context, order);
      return failing('UPSTREAM_TIMEOUT')();
    };
    Object.assign(shop.orders, { place: losing });
    await expect(shop.placeOrder.run(aContext(), question)).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    Object.assign(shop.orders, { place });
    expect(await shop.placeOrder.run(aContext(), question)).toMatchObject({ order: { status: 'PLACED' } });
    expect(statuses(shop)).toEqual(['CANCELLED', 'PLACED']);
    expect(shop.left().p1).toBe(3);
  });
});

describe('an order placed again after its stored key is lost', () => {
  it('is the same order, and takes its goods once', async () => {
    const { placeOrder, anotherGateway, orders, left } = aShop();
    const first = await placeOrder.run(aContext(), question);
    expect(await anotherGateway().run(aContext(), question)).toEqual(first);
    expect(orders.orders).toHaveLength(1);
    expect(left().p1).toBe(3);
  });

  it('is one order for many concurrent requests', async () => {
    const { anotherGateway, orders, left } = aShop();
    const both = [anotherGateway(), anotherGateway()].map((gateway) => gateway.run(aContext(), question));
    const [one, two] = await Promise.all(both);
    expect(one).toEqual(two);
    expect(orders.orders).toHaveLength(1);
    expect(left().p1).toBe(3);
  });

  it('is refused for a different order, and takes nothing', async () => {
    const { placeOrder, anotherGateway, left } = aShop();
    await placeOrder.run(aContext(), question);
    const again = anotherGateway().run(aContext(), other);
    await expect(again).rejects.toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
    expect(left()).toEqual({ p1: 3, p2: 1 });
  });

  it.each([
    ['products', 'confirm'],
    ['orders', 'place'],
  ] as const)('stays as it is, even if %s cannot %s', async (port, method) => {
    const shop = aShop();
    await shop.placeOrder.run(aContext(), question);
    Object.assign(shop[port], { [method]: failing() });
    await shop
      .anotherGateway()
      .run(aContext(), question)
      .catch(() => undefined);
    expect(statuses(shop)).toEqual(['PLACED']);
    expect(shop.left().p1).toBe(3);
  });

  it('is a separate order for another caller', async () => {
    const { placeOrder, orders } = aShop();
    await placeOrder.run(aContext(), question);
    await placeOrder.run(aContext({ caller: { id: 'u2', scopes: [] } }), question);
    expect(orders.orders.map(({ ownerId }) => ownerId)).toEqual(['u1', 'u2']);
  });
});
