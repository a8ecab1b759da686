import { OrdersFake } from '#gateway/upstreams/orders/orders.fake';
import { aContext, anOrder, eventually } from '#libs/testing';
import { describe, expect, it } from '@jest/globals';
import { OrderWatches } from './order-watches.ts';

function watching() {
  const orders = new OrdersFake(
    ['o1', 'o2'].map((id) => ({ ...anOrder({ id, status: 'PLACED' }), ownerId: 'u1' })),
  );
  const context = aContext();
  const watches = new OrderWatches((id, onEnd) => orders.moves.follow(context, id, 1, { onItem() {}, onEnd }));
  return { orders, watches };
}

describe('the orders that a stream watches', () => {
  it('are forgotten when they end, while the stream goes on', async () => {
    const { orders, watches } = watching();
    const areOpen = (count: number) => eventually(() => watches.size === count && orders.movesFake.open === count);
    for (const id of ['o1', 'o2', 'o1']) watches.add(id);
    await areOpen(2);
    orders.movesFake.move(orders.orders[0]!, 'CANCELLED');
    await areOpen(1);
    watches.close();
    await areOpen(0);
  });

  it('are not kept if they end at once', () => {
    const watches = new OrderWatches((_, onEnd) => {
      onEnd();
      return () => {};
    });
    watches.add('o1');
    expect(watches.size).toBe(0);
  });

  it('are none after the stream has ended', () => {
    const { watches } = watching();
    watches.close();
    watches.add('o1');
    expect(watches.size).toBe(0);
  });
});
