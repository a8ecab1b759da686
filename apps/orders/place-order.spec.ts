import { orders } from '#libs/contracts';
import { openStorage } from '#libs/storage';
import { describeStorages, failureOf } from '#libs/testing';
import { expect, it } from '@jest/globals';
import { migrations } from './migrations.ts';
import { aLine, ordersForTests, user } from './orders.fixture.ts';
import type { OrdersSchema } from './schema.ts';

const { OrderStatus } = orders;
let users = 0;

describeStorages('placing an order', (storage) => {
  const start = ordersForTests();
  let service: ReturnType<typeof start> | undefined;
  const started = async () => {
    service ??= storage.fresh().then((place) => start(place, { ORDER_STEP_MS: '3600000' }));
    return { ...(await service), ada: user(`ada${(users += 1)}`), grace: user(`grace${users}`) };
  };

  it('returns the order with a computed total', async () => {
    const { place, ada, recent } = await started();
    const lines = [
      aLine({ quantity: 3 }),
      aLine({ productId: 'p2', unitPrice: { amountMinor: 99, currency: 'USD' } }),
    ];
    const order = await place(ada, { lines, reservationId: 'r1' });
    expect(order).toMatchObject({
      status: OrderStatus.PLACED,
      total: { amountMinor: 3_948, currency: 'USD' },
      lines,
    });
    expect(order.reservationId).toBe('r1');
    expect((await recent(ada)).orders).toEqual([order]);
  });

  it('again with the same request id places no new order', async () => {
    const { place, ada, recent } = await started();
    const order = await place(ada, { requestId: 'q1' });
    expect(await place(ada, { requestId: 'q1' })).toEqual(order);
    expect((await recent(ada)).orders).toHaveLength(1);
  });

  it('concurrently with the same request id places one order', async () => {
    const { place, ada, recent } = await started();
    const placed = await Promise.all(Array.from({ length: 20 }, () => place(ada, { requestId: 'q1' })));
    expect(new Set(placed.map(({ id }) => id)).size).toBe(1);
    expect((await recent(ada)).orders).toHaveLength(1);
  });

  it('that fails after its first insert leaves nothing, and can be repeated', async () => {
    const at = await storage.fresh();
    const { place, recent, stop } = await start(at, { ORDER_STEP_MS: '3600000' });
    const admin = await openStorage<OrdersSchema>({ name: 'orders', ...at, migrations });
    const ada = user('ada');
    await admin.schema.alterTable('moves').renameTo('away').execute();
    expect(await failureOf(place(ada, { requestId: 'q1' }))).toMatchObject({ code: 'INTERNAL' });
    await admin.schema.alterTable('away').renameTo('moves').execute();
    expect(await admin.selectFrom('orders').select('id').execute()).toEqual([]);

    const order = await place(ada, { requestId: 'q1' });
    expect((await recent(ada)).orders).toEqual([order]);
    expect(await admin.selectFrom('moves').select('order_id').execute()).toEqual([{ order_id: order.id }]);
    await admin.destroy();
    await stop();
  });

  it("with another caller's request id, or with none, places a new order", async () => {
    const { place, ada, grace } = await started();
    const pending = [place(ada, { requestId: 'q1' }), place(grace, { requestId: 'q1' }), place(ada), place(ada)];
    expect(new Set((await Promise.all(pending)).map(({ id }) => id)).size).toBe(4);
  });

  it.each<[string, Partial<orders.PlaceOrderRequest>]>([
    ['request_id', { requestId: 'x'.repeat(129) }],
    ['reservation_id', { reservationId: 'x'.repeat(129) }],
    ['lines', { lines: [] }],
    ['lines', { lines: Array(51).fill(aLine()) }],
    ['lines', { lines: [aLine(), aLine({ unitPrice: { amountMinor: 1, currency: 'EUR' } })] }],
    ['lines[0].product_id', { lines: [aLine({ productId: '' })] }],
    ['lines[0].name', { lines: [aLine({ name: '\0' })] }],
    ['lines[0].quantity', { lines: [aLine({ quantity: 0 })] }],
    ['lines[1].quantity', { lines: [aLine(), aLine({ quantity: 100 })] }],
    ['lines[0].unit_price', { lines: [aLine({ unitPrice: undefined })] }],
    ['lines[0].unit_price.amount_minor', { lines: [aLine({ unitPrice: { amountMinor: -1, currency: 'USD' } })] }],
    ['lines[0].unit_price.currency', { lines: [aLine({ unitPrice: { amountMinor: 1, currency: 'usd' } })] }],
  ])('is rejected if %s is invalid (case %#)', async (field, pending) => {
    const { place, ada } = await started();
    expect(await failureOf(place(ada, pending))).toMatchObject({
      code: 'INVALID_ARGUMENT',
      violations: [expect.objectContaining({ field })],
    });
  });
});

describeStorages('cancelling an order', (storage) => {
  const start = ordersForTests();
  let service: ReturnType<typeof start> | undefined;
  const started = async () => {
    service ??= storage.fresh().then((place) => start(place, { SEED: '1', ORDER_STEP_MS: '3600000' }));
    return { ...(await service), admin: user('grace', ['admin']), ada: user(`ada${(users += 1)}`) };
  };
  /** A seeded order in this status, which never moves by itself, and its owner. */
  const seeded = async (status: orders.OrderStatus) => {
    const { byIds, admin } = await started();
    const ids = Array.from({ length: 100 }, (_, index) => `o${8_000 - index}`);
    return (await byIds(admin, ids)).orders.find((order) => order.status === status)!;
  };

  it.each(['PLACED', 'PAID', 'PACKED'] as const)('is possible while it is %s, and idempotent', async (status) => {
    const { cancel } = await started();
    const order = await seeded(OrderStatus[status]);
    const cancelled = { ...order, status: OrderStatus.CANCELLED };
    expect(await cancel(user(order.userId), order.id)).toEqual(cancelled);
    expect(await cancel(user(order.userId), order.id)).toEqual(cancelled);
  });

  it.each(['SHIPPED', 'DELIVERED'] as const)('is impossible once it is %s', async (status) => {
    const { cancel, byIds } = await started();
    const order = await seeded(OrderStatus[status]);
    expect(await failureOf(cancel(user(order.userId), order.id))).toMatchObject({
      code: 'FAILED_PRECONDITION',
      reason: 'NOT_CANCELLABLE',
      metadata: { status },
    });
    expect((await byIds(user(order.userId), [order.id])).orders).toEqual([order]);
  });

  it('requires its owner, or an admin', async () => {
    const { cancel, place, ada, admin } = await started();
    const { id } = await place(ada);
    expect((await failureOf(cancel(user('somebody'), id))).code).toBe('NOT_FOUND');
    expect((await failureOf(cancel(ada, 'nothing'))).code).toBe('NOT_FOUND');
    expect((await failureOf(cancel(ada, '\0'))).code).toBe('NOT_FOUND');
    expect((await cancel(admin, id)).status).toBe(OrderStatus.CANCELLED);
  });

  it('concurrently is one move', async () => {
    const { cancel, place, ada, watch } = await started();
    const { id } = await place(ada);
    await Promise.all(Array.from({ length: 10 }, () => cancel(ada, id)));
    const sequences: number[] = [];
    for await (const move of watch(ada, id)) sequences.push(move.sequence);
    expect(sequences).toEqual([1, 2]);
  });
});
