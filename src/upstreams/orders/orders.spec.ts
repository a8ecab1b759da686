import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aContext, aLine, allReadable, anOrder } from '#libs/testing';
import { isUnreadable } from '#libs/upstream';
import { serviceForSpec } from '#test/support/services';
import { OrdersFake } from './orders.fake.ts';
import { OrdersGrpc } from './orders.grpc.ts';
import type { ExportedOrder, Orders } from './orders.port.ts';

const contextOf = (id: string) => aContext({ caller: { id, scopes: ['orders:read', 'orders:write'] } });
const context = contextOf('u1');

describe.each([
  [
    'over gRPC',
    async () => {
      const { address, clients, close } = await serviceForSpec('orders');
      return { orders: new OrdersGrpc(clients.grpc('orders', [address])) as Orders, close };
    },
  ],
  [
    'the fake',
    async () => {
      const statuses = ['DELIVERED', 'DELIVERED', 'SHIPPED', 'CANCELLED', 'PACKED', 'PAID', 'PLACED'] as const;
      const orders: Orders = new OrdersFake(statuses.map((status, i) => anOrder({ id: `a${i}`, status })));
      return { orders, close: async () => {} };
    },
  ],
])('orders, %s', (_, open) => {
  let orders: Orders;
  let close: () => Promise<void>;

  beforeAll(async () => ({ orders, close } = await open()));
  afterAll(() => close());

  const place = (requestId: string = randomUUID()) =>
    orders.place(context, {
      requestId,
      reservationId: '',
      lines: [aLine({ quantity: 2 }), aLine({ productId: 'p2' })],
    });

  it('answers the newest orders, newest first', async () => {
    const placed = await place();
    const recent = allReadable(await orders.recent(context, 3));
    expect(recent).toHaveLength(3);
    expect(recent[0]).toEqual(placed);
    const times = recent.map(({ placedAt }) => Date.parse(placedAt));
    expect(times).toEqual(times.toSorted((one, other) => other - one));
  });

  it('answers all orders in pages, each once', async () => {
    const whole = await orders.list(context, { first: 100 });
    const ids: string[] = [];
    let after: string | undefined;
    do {
      const page = await orders.list(context, { first: 3, after });
      ids.push(...page.orders.map(({ id }) => id));
      after = page.nextCursor;
    } while (after);
    expect(ids).toEqual(whole.orders.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('continues after any order of a page', async () => {
    const { orders: page, cursors } = await orders.list(context, { first: 3 });
    const next = await orders.list(context, { first: 2, after: cursors[0] });
    expect(next.orders).toEqual(page.slice(1));
  });

  it('filters by status', async () => {
    const { orders: delivered } = await orders.list(context, { first: 100, status: 'DELIVERED' });
    expect(delivered.length).toBeGreaterThan(0);
    expect(allReadable(delivered).every(({ status }) => status === 'DELIVERED')).toBe(true);
  });

  it('refuses an invalid cursor', async () => {
    const pending = orders.list(context, { first: 3, after: 'nothing' });
    await expect(pending).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
  });

  it('finds by ids only existing orders of the caller', async () => {
    const { id } = await place();
    expect(await orders.byIds(contextOf('u2'), [id])).toEqual([]);
    const [own, none] = await Promise.all([
      orders.byId(contextOf('u1'), id),
      orders.byId(contextOf('u1'), 'nothing'),
    ]);
    expect([own?.id, none]).toEqual([id, undefined]);
  });

  it('places the given lines at the given prices', async () => {
    const placed = await place();
    expect(placed).toMatchObject({ status: 'PLACED', total: { amountMinor: 3000, currency: 'USD' } });
    expect(placed.lines.map(({ productId, quantity }) => [productId, quantity])).toEqual([
      ['p1', 2],
      ['p2', 1],
    ]);
  });

  it('places one order per request id', async () => {
    const requestId = randomUUID();
    expect((await place(requestId)).id).toBe((await place(requestId)).id);
    const another = await orders.place(contextOf('u2'), { requestId, reservationId: '', lines: [aLine()] });
    expect(another.id).not.toBe((await place(requestId)).id);
  });

  it('cancels an order, idempotently', async () => {
    const { id } = await place();
    expect((await orders.cancel(context, id)).status).toBe('CANCELLED');
    expect((await orders.cancel(context, id)).status).toBe('CANCELLED');
  });

  it('does not cancel a delivered order', async () => {
    const { orders: delivered } = await orders.list(context, { first: 1, status: 'DELIVERED' });
    await expect(orders.cancel(context, delivered[0]!.id)).rejects.toMatchObject({ code: 'NOT_CANCELLABLE' });
  });

  const exported = async (by: typeof context, afterId?: string) => {
    const all: ExportedOrder[] = [];
    for await (const batch of await orders.exportAll(by, afterId)) {
      expect(batch.length).toBeGreaterThan(0);
      all.push(...allReadable(batch));
    }
    return all;
  };

  it("exports the caller's orders, newest first, and continues after any of them", async () => {
    const newest = await place();
    const all = await exported(context);
    expect(all[0]).toEqual({ ...newest, ownerId: 'u1' });
    const listed = await orders.list(context, { first: 100 });
    expect(all.slice(0, 100).map(({ id }) => id)).toEqual(listed.orders.map(({ id }) => id));
    expect(await exported(context, all[2]!.id)).toEqual(all.slice(3));
    expect(await exported(contextOf('nobody'))).toEqual([]);
  });

  it("exports everybody's orders to an admin", async () => {
    await orders.place(contextOf('u2'), { requestId: randomUUID(), reservationId: '', lines: [aLine()] });
    const all = await exported(aContext({ caller: { id: 'u9', scopes: ['admin'] } }));
    const owners = new Set(all.map(({ ownerId }) => ownerId));
    expect(owners.has('u1') && owners.has('u2')).toBe(true);
    expect(all.length).toBeGreaterThan((await exported(context)).length);
  });

  it("refuses to export after another caller's order, and after none", async () => {
    const { id } = await place();
    for (const [by, after] of [
      [contextOf('u2'), id],
      [context, 'nothing'],
    ] as const) {
      await expect(exported(by, after)).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
    }
  });

  it('streams the moves of an order from the first to the final one', async () => {
    const { id } = await place();
    const seen: string[] = [];
    for await (const move of await orders.watch(context, id)) {
      if (isUnreadable(move)) throw new Error('a move cannot be read');
      const { sequence, orderId, status } = move;
      seen.push(`${sequence} ${status}`);
      expect(orderId).toBe(id);
      if (status === 'PLACED') await orders.cancel(context, id);
    }
    expect(seen).toEqual(['1 PLACED', '2 CANCELLED']);
  });

  it('streams no more moves once closed', async () => {
    const { id } = await place();
    const watch = await orders.watch(context, id);
    const seen: number[] = [];
    for await (const { sequence } of watch) {
      seen.push(sequence);
      setImmediate(() => watch.close());
    }
    expect(seen).toEqual([1]);
    await expect(orders.watch(contextOf('u2'), id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it("does not find another caller's order, nor an unknown one", async () => {
    const { id } = await place();
    await expect(orders.cancel(contextOf('u2'), id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(orders.cancel(context, 'nothing')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it("takes all of the caller's orders from them, and none of others", async () => {
    const own = contextOf('leaves');
    const { id } = await orders.place(own, { requestId: 'r', reservationId: '', lines: [aLine()] });
    const others = await orders.list(context, { first: 100 });
    expect(await orders.anonymize(own)).toBe(1);
    expect(await orders.anonymize(own)).toBe(0);
    expect(await orders.byId(own, id)).toBeUndefined();
    expect(await orders.recent(own, 5)).toEqual([]);
    expect(await orders.list(context, { first: 100 })).toEqual(others);
    const admin = aContext({ caller: { id: 'u2', scopes: ['admin'] } });
    const [newest] = allReadable(
      (await (await orders.exportAll(admin))[Symbol.asyncIterator]().next()).value as never[],
    );
    expect(newest).toMatchObject({ id, ownerId: expect.stringMatching(/^deleted-/) });
  });
});
