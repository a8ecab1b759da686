import { Heartbeats } from '#gateway/edge/streams/heartbeats';
import { OrdersFake } from '#gateway/upstreams/orders/orders.fake';
import type { EventSubscription } from '#libs/events';
import { aContext, anOrder, failing } from '#libs/testing';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { FollowOrder, type OrderEvent } from './follow-order.ts';

const DAY_MS = 24 * 3_600_000;

beforeEach(() => void jest.useFakeTimers({ doNotFake: ['setImmediate'] }));
afterEach(() => void jest.useRealTimers());

const passed = (ms: number) => jest.advanceTimersByTimeAsync(ms);

function aShop(status: 'PLACED' | 'DELIVERED' = 'PLACED') {
  const order = anOrder({ id: 'o1', status });
  const orders = new OrdersFake([order, anOrder({ id: 'o2', ownerId: 'u2' })]);
  return { order, orders, followOrder: new FollowOrder(orders) };
}

/** The events of a subscription, by type and by the status of the order. */
function readFrom(subscription: EventSubscription<OrderEvent> | undefined) {
  const events: string[] = [];
  const written = ({ type, data }: OrderEvent) => (type === 'moved' ? `moved ${data.status}` : type);
  const stop = subscription!({
    send: (event) => void events.push(written(event)),
    end: (reason) => void events.push(`end ${reason}`),
  });
  return { events, stop };
}

describe('the moves of an order', () => {
  it('start after the last one received, and end with the final one', async () => {
    const { order, orders, followOrder } = aShop();
    const { events } = readFrom(await followOrder.run(aContext(), 'o1', undefined));
    const { events: later } = readFrom(await followOrder.run(aContext(), 'o1', '1'));
    await passed(0);
    orders.movesFake.move(order, 'PAID');
    await passed(0);
    orders.movesFake.move(order, 'CANCELLED');
    await passed(0);
    expect(events).toEqual(['moved PLACED', 'moved PAID', 'moved CANCELLED', 'end complete']);
    expect(later).toEqual(events.slice(1));
    expect([orders.movesFake.open, orders.movesFake.opened]).toEqual([0, 1]);
  });

  it('may be absent for a day: one watch stays open, with heartbeats only', async () => {
    const { orders, followOrder } = aShop();
    const { events, stop } = readFrom(await followOrder.run(aContext(), 'o1', undefined));
    const heartbeats = new Heartbeats(15_000);
    let beats = 0;
    heartbeats.add({ beat: () => void (beats += 1) });
    await passed(0);
    jest.advanceTimersByTime(DAY_MS);
    await passed(0);
    expect([events, orders.movesFake.opened]).toEqual([['moved PLACED'], 1]);
    expect(beats).toBe(DAY_MS / 15_000);
    heartbeats.stop();
    stop();
    expect(orders.movesFake.open).toBe(0);
  });

  it('are degraded after one second without the service, and restored with the next move', async () => {
    const { order, orders, followOrder } = aShop();
    const { events, stop } = readFrom(await followOrder.run(aContext(), 'o1', undefined));
    await passed(0);
    const watch = orders.watch.bind(orders);
    orders.watch = failing();
    orders.movesFake.breakOff();
    await passed(1_500);
    orders.watch = watch;
    orders.movesFake.move(order, 'PAID');
    await passed(5_000);
    expect(events).toEqual(['moved PLACED', 'degraded', 'restored', 'moved PAID']);
    stop();
  });

  it('are not degraded where the stream fails and reopens at once', async () => {
    const { order, orders, followOrder } = aShop();
    const { events, stop } = readFrom(await followOrder.run(aContext(), 'o1', undefined));
    await passed(0);
    orders.movesFake.breakOff();
    await passed(900);
    orders.movesFake.move(order, 'PAID');
    await passed(60_000);
    expect(events).toEqual(['moved PLACED', 'moved PAID']);
    stop();
  });

  it('are not found for another caller', async () => {
    const { followOrder } = aShop();
    for (const id of ['o2', 'o9'])
      await expect(followOrder.run(aContext(), id, undefined)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('a final order', () => {
  it('has no stream for a client that received all moves, and the rest for others', async () => {
    const { orders, followOrder } = aShop('DELIVERED');
    expect(await followOrder.run(aContext(), 'o1', '5')).toBeUndefined();
    const { events } = readFrom(await followOrder.run(aContext(), 'o1', '4'));
    await passed(0);
    expect(events).toEqual(['moved DELIVERED', 'end complete']);
    expect(orders.movesFake.open).toBe(0);
  });

  it('is streamed where the service does not answer within the deadline', async () => {
    const { orders, followOrder } = aShop('DELIVERED');
    orders.watch = () => new Promise(() => {});
    const subscription = followOrder.run(aContext({ timeoutMs: 500 }), 'o1', '5');
    await passed(500);
    expect(await subscription).toBeDefined();
    expect(orders.moves.size).toBe(0);
  });

  it('is no longer watched when the client leaves', async () => {
    const { orders, followOrder } = aShop('DELIVERED');
    orders.watch = () => new Promise(() => {});
    const context = aContext({ timeoutMs: 60_000 });
    const subscription = followOrder.run(context, 'o1', '5');
    await passed(100);
    expect(orders.moves.size).toBe(1);
    context.end('client');
    await subscription;
    await passed(0);
    expect(orders.moves.size).toBe(0);
  });
});
