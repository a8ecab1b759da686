import { describe, expect, it } from '@jest/globals';
import { OrdersFake } from '#gateway/upstreams/orders/orders.fake';
import { ProductsFake } from '#gateway/upstreams/products/products.fake';
import { aContext, aLine, anOrder, aProduct, callsOf, failing } from '#libs/testing';
import type { Context } from '#libs/upstream';
import { parseFields, wholeView } from '#libs/view';
import { GetOrder } from './get-order.ts';
import { OrderPageView } from './order-page.view.ts';

const whole = wholeView(OrderPageView, ['order.lines.product']);

function aShop() {
  const lines = ['p1', 'p2', 'gone'].map((productId) => aLine({ productId }));
  const orders = new OrdersFake([anOrder({ id: 'o1', lines }), anOrder({ id: 'o2', ownerId: 'u2' })]);
  const products = new ProductsFake([aProduct({ id: 'p1' }), aProduct({ id: 'p2' })]);
  return { orders, products, getOrder: new GetOrder(orders, products) };
}

describe('the page of an order', () => {
  it('has the order with the products of its lines, read in one batch', async () => {
    const { getOrder, products } = aShop();
    const batches = callsOf(products, 'byIds');
    const { order, degraded } = await getOrder.run(aContext(), 'o1', whole);
    expect(order.lines.map(({ product }) => product?.id ?? null)).toEqual(['p1', 'p2', null]);
    expect(degraded).toEqual([]);
    expect(batches).toHaveLength(1);
  });

  it('reads no products unless selected', async () => {
    const { getOrder, products } = aShop();
    const batches = callsOf(products, 'byIds');
    const { order } = await getOrder.run(aContext(), 'o1', parseFields('order.id,order.lines.name', whole));
    expect(order).toMatchObject({ id: 'o1' });
    expect(batches).toEqual([]);
  });

  it('has null products, named in degraded, while products are down', async () => {
    const { getOrder, products } = aShop();
    Object.assign(products, { byIds: failing('UPSTREAM_TIMEOUT') });
    const { order, degraded } = await getOrder.run(aContext(), 'o1', whole);
    expect(order.lines.map(({ product }) => product)).toEqual([null, null, null]);
    expect(degraded).toEqual([{ part: 'order.lines.product', reason: 'TIMEOUT' }]);
  });

  it('distinguishes stale products from a stale order', async () => {
    const { getOrder, products, orders } = aShop();
    const stale = <Thing>(
      port: { byIds(context: Context, ids: readonly string[]): Promise<Thing[]> },
      its: string,
    ) => {
      const byIds = port.byIds.bind(port);
      port.byIds = (context, ids) => (context.noteStale(4_000, its), byIds(context, ids));
    };
    stale(products, 'p2');
    const ofProducts = (await getOrder.run(aContext(), 'o1', whole)).degraded;
    expect(ofProducts).toEqual([{ part: 'order.lines.product', reason: 'STALE', ageSeconds: 4 }]);
    stale(orders, 'o1');
    const { degraded } = await getOrder.run(aContext(), 'o1', whole);
    expect(degraded.map(({ part }) => part)).toEqual(['order', 'order.lines.product']);
  });

  it('fails without the order', async () => {
    const { getOrder, orders } = aShop();
    Object.assign(orders, { byIds: failing() });
    await expect(getOrder.run(aContext(), 'o1', whole)).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });

  it.each(['o2', 'o9', '', 'not an id'])("is not found for %p: somebody else's, or nobody's", async (id) => {
    await expect(aShop().getOrder.run(aContext(), id, whole)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
