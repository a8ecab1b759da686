import { once } from 'node:events';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { Context } from '#libs/upstream';
import { aContext, callsOf, failing } from '#libs/testing';
import { aShop } from './place-order.fixture.ts';

const question = { lines: [{ productId: 'p1', quantity: 2 }] };

/** Runs a callback right after a method completes. */
function after<Port extends object>(port: Port, method: keyof Port, act: () => unknown): void {
  const original = (port[method] as (...given: unknown[]) => Promise<unknown>).bind(port);
  const acting = async (...given: unknown[]) => {
    const answer = await original(...given);
    await act();
    return answer;
  };
  Object.assign(port, { [method]: acting });
}

describe('an order that cannot be placed', () => {
  it('takes nothing if products are unavailable', async () => {
    const { placeOrder, products, left } = aShop();
    Object.assign(products, { byIds: failing() });
    await expect(placeOrder.run(aContext(), question)).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(left().p1).toBe(5);
  });

  it('releases the goods that it has reserved', async () => {
    const { placeOrder, orders, left } = aShop();
    Object.assign(orders, { place: failing('UPSTREAM_TIMEOUT') });
    await expect(placeOrder.run(aContext(), question)).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(left().p1).toBe(5);
  });

  it('is cancelled and releases its goods if the reservation cannot be confirmed', async () => {
    const { placeOrder, products, orders, left } = aShop();
    Object.assign(products, { confirm: failing() });
    await expect(placeOrder.run(aContext(), question)).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(orders.orders.map(({ status }) => status)).toEqual(['CANCELLED']);
    expect(left().p1).toBe(5);
  });

  it.each(['release', 'cancel'])('fails with the first error if %s fails too', async (method) => {
    const { placeOrder, products, orders } = aShop();
    Object.assign(products, { confirm: failing('UPSTREAM_BAD_RESPONSE') });
    Object.assign(method === 'release' ? products : orders, { [method]: failing('UPSTREAM_TIMEOUT') });
    await expect(placeOrder.run(aContext(), question)).rejects.toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE' });
  });

  it('releases its goods even if it cannot be cancelled', async () => {
    const { placeOrder, products, orders, left } = aShop();
    Object.assign(products, { confirm: failing() });
    Object.assign(orders, { cancel: failing() });
    await expect(placeOrder.run(aContext(), question)).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(left().p1).toBe(5);
  });
});

describe('an order that takes too long', () => {
  afterEach(() => void jest.useRealTimers());

  it('is undone with a separate deadline', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    const { placeOrder, products, orders } = aShop();
    const released = callsOf(products, 'release');
    const pending = new Promise<void>((resolve) => {
      const place = async ({ signal }: Context) => {
        resolve();
        await once(signal, 'abort');
        throw signal.reason;
      };
      Object.assign(orders, { place });
    });
    const placing = expect(placeOrder.run(aContext(), question)).rejects.toMatchObject({
      code: 'UPSTREAM_TIMEOUT',
    });
    await pending;
    jest.advanceTimersByTime(10_000);
    await placing;
    expect(released.map(([{ signal, remainingMs }]) => [signal.aborted, remainingMs > 1_000])).toEqual([
      [false, true],
    ]);
  });
});

describe('a client that leaves', () => {
  it('before the first write takes nothing', async () => {
    const { placeOrder, products, left } = aShop();
    const context = aContext();
    context.end();
    const reserved = callsOf(products, 'reserve');
    await expect(placeOrder.run(context, question)).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(reserved).toEqual([]);
    expect(left().p1).toBe(5);
  });

  it('while prices are read takes nothing', async () => {
    const { placeOrder, products } = aShop();
    const context = aContext();
    after(products, 'byIds', () => context.end());
    const reserved = callsOf(products, 'reserve');
    await expect(placeOrder.run(context, question)).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(reserved).toEqual([]);
  });

  it('after the first write has the order', async () => {
    const { placeOrder, products, orders, left } = aShop();
    const context = aContext();
    after(products, 'reserve', () => context.end());
    const [placed, confirmed] = [callsOf(orders, 'place'), callsOf(products, 'confirm')];
    expect(await placeOrder.run(context, question)).toMatchObject({ order: { status: 'PLACED' } });
    expect([...placed, ...confirmed].map(([{ signal }]) => signal.aborted)).toEqual([false, false]);
    expect(left().p1).toBe(3);
  });

  it('delays a shutdown until the order is placed', async () => {
    const { placeOrder, products, orders, work } = aShop();
    let open!: () => void;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const confirming = new Promise<void>((resolve) => {
      after(products, 'confirm', () => {
        resolve();
        return gate;
      });
    });
    const context = aContext();
    const placing = placeOrder.run(context, question);
    await confirming;
    context.end();
    let isSettled = false;
    const settled = work.settled().then(() => (isSettled = true));
    await new Promise(setImmediate);
    expect(isSettled).toBe(false);
    open();
    await settled;
    expect(orders.orders).toHaveLength(1);
    await placing;
  });
});
