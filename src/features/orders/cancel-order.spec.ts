import { describe, expect, it } from '@jest/globals';
import { OrdersFake } from '#gateway/upstreams/orders/orders.fake';
import { ProductsFake } from '#gateway/upstreams/products/products.fake';
import { DetachedWork } from '#libs/upstream';
import { aContext, anOrder, aProduct, callsOf, failing } from '#libs/testing';
import { parseFields, wholeView } from '#libs/view';
import { CancelOrder } from './cancel-order.ts';
import { orderIn } from './order-result.view.ts';
import { OrderView } from './order.view.ts';

async function aShop() {
  const lamp = aProduct({ id: 'p1', available: 5 });
  const products = new ProductsFake([lamp]);
  await products.reserve(aContext(), 'r1', [{ productId: 'p1', quantity: 2 }]);
  const orders = new OrdersFake([
    anOrder({ id: 'o1', reservationId: 'r1' }),
    anOrder({ id: 'seeded' }),
    anOrder({ id: 'shipped', status: 'SHIPPED' }),
    anOrder({ id: 'theirs', ownerId: 'u2' }),
  ]);
  const cancelOrder = new CancelOrder(orders, products, new DetachedWork());
  return { orders, products, cancelOrder, left: () => lamp.available };
}

describe('cancelling an order', () => {
  it('cancels it and returns its goods to stock', async () => {
    const { cancelOrder, left } = await aShop();
    expect(left()).toBe(3);
    expect(await cancelOrder.run(aContext(), { id: 'o1' })).toMatchObject({
      order: { id: 'o1', status: 'CANCELLED' },
    });
    expect(left()).toBe(5);
  });

  it('answers the same when repeated, and releases the goods once', async () => {
    const { cancelOrder, left } = await aShop();
    const first = await cancelOrder.run(aContext(), { id: 'o1' });
    expect(await cancelOrder.run(aContext(), { id: 'o1' })).toEqual(first);
    expect(left()).toBe(5);
  });

  it('releases nothing for an order without a reservation', async () => {
    const { cancelOrder, products } = await aShop();
    const released = callsOf(products, 'release');
    expect(await cancelOrder.run(aContext(), { id: 'seeded' })).toMatchObject({ order: { status: 'CANCELLED' } });
    expect(released).toEqual([]);
  });

  it('is refused once it has been shipped', async () => {
    const { cancelOrder } = await aShop();
    const refused = await cancelOrder.run(aContext(), { id: 'shipped' });
    expect(refused).toMatchObject({ code: 'NOT_CANCELLABLE', lines: [] });
    expect(() => orderIn(refused)).toThrow(expect.objectContaining({ code: 'NOT_CANCELLABLE', status: 409 }));
  });

  it.each(['theirs', 'o9', ''])('finds no order %p', async (id) => {
    const { cancelOrder } = await aShop();
    await expect(cancelOrder.run(aContext(), { id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('cancels it even if its goods cannot be released, and releases them when repeated', async () => {
    const { cancelOrder, products, left } = await aShop();
    const release = products.release.bind(products);
    Object.assign(products, { release: failing() });
    expect(await cancelOrder.run(aContext(), { id: 'o1' })).toMatchObject({ order: { status: 'CANCELLED' } });
    expect(left()).toBe(3);
    Object.assign(products, { release });
    await cancelOrder.run(aContext(), { id: 'o1' });
    expect(left()).toBe(5);
  });

  it('fails while orders are down, and releases nothing', async () => {
    const { cancelOrder, orders, left } = await aShop();
    Object.assign(orders, { cancel: failing() });
    await expect(cancelOrder.run(aContext(), { id: 'o1' })).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
    });
    expect(left()).toBe(3);
  });

  it('completes when the client leaves', async () => {
    const { cancelOrder, orders, left } = await aShop();
    const context = aContext();
    const cancelled = callsOf(orders, 'cancel');
    const cancelling = cancelOrder.run(context, { id: 'o1' });
    context.end();
    expect(await cancelling).toMatchObject({ order: { status: 'CANCELLED' } });
    expect(cancelled.map(([{ signal }]) => signal.aborted)).toEqual([false]);
    expect(left()).toBe(5);
  });

  it('has the products of the order if selected', async () => {
    const { cancelOrder } = await aShop();
    const selection = parseFields('lines.product.id', wholeView(OrderView, ['lines.product']));
    const result = await cancelOrder.run(aContext(), { id: 'o1' }, selection);
    expect(result).toMatchObject({ order: { lines: [{ product: { id: 'p1' } }] } });
  });
});
