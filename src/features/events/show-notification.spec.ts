import { describe, expect, it } from '@jest/globals';
import { OrdersFake } from '#gateway/upstreams/orders/orders.fake';
import { ProductsFake } from '#gateway/upstreams/products/products.fake';
import { aContext, aLine, anOrder, aProduct } from '#libs/testing';
import { Selection } from '#libs/view';
import { NotificationView } from './notification.view.ts';
import { ShowNotification } from './show-notification.ts';

const selectionIn = (...path: string[]): Selection =>
  path.reduceRight((below, name) => new Selection(new Map([[name, below]])), Selection.leaf);
const moved: NotificationView = { id: '1', type: 'ORDER_MOVED', orderId: 'o1' };

function aShop() {
  const orders = new OrdersFake([anOrder({ lines: [aLine(), aLine({ productId: 'p2' })] })]);
  const products = new ProductsFake([aProduct(), aProduct({ id: 'p2' })]);
  return { orders, products, show: new ShowNotification(orders, products) };
}

describe('a notification', () => {
  it('has its current order, if selected', async () => {
    const { show } = aShop();
    const context = aContext();
    expect((await show.run(context, moved, selectionIn('order', 'id'))).order).toMatchObject({ id: 'o1' });
    expect(await show.run(context, moved, selectionIn('id'))).not.toHaveProperty('order');
    expect(context.degraded).toEqual([]);
  });

  it('names an unreadable order', async () => {
    const { show, orders } = aShop();
    orders.unreadable.add('o1');
    const context = aContext();
    expect((await show.run(context, moved, selectionIn('order', 'id'))).order).toBeNull();
    expect(context.degraded).toEqual([{ part: 'order', reason: 'BAD_RESPONSE' }]);
  });

  it('names the line of an unreadable product', async () => {
    const { show, products } = aShop();
    products.unreadable.add('p2');
    const context = aContext();
    const { order } = await show.run(context, moved, selectionIn('order', 'lines', 'product'));
    expect(order!.lines.map(({ product }) => product?.id ?? null)).toEqual(['p1', null]);
    expect(context.degraded).toEqual([{ part: 'order.lines.1.product', reason: 'BAD_RESPONSE' }]);
  });
});
