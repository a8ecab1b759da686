import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { orders as wire } from '#libs/contracts';
import { Cache, withCache } from '#libs/cache';
import { DEMO_INTERNAL_TOKEN_KEY, InternalTokenSigner } from '#libs/internal-token';
import { aContext, allReadable, anOrder, grpcMessages, LyingGrpc } from '#libs/testing';
import { UpstreamClients } from '#libs/upstream';
import { OrdersFake } from './orders/orders.fake.ts';
import { OrdersGrpc } from './orders/orders.grpc.ts';
import { Orders } from './orders/orders.port.ts';

const IDS = ['o1', 'o2', 'o3'];
const context = aContext();
const lost = (id: string) => ({ id, isUnreadable: true });
const BAD = { code: 'UPSTREAM_BAD_RESPONSE' };

const usd = (amountMinor: number) => ({ amountMinor, currency: 'USD' });
const aLine = (given: Partial<wire.OrderLine> = {}): wire.OrderLine => {
  return { productId: 'p1', name: 'Lamp', quantity: 1, unitPrice: usd(1_000), ...given };
};
const onWire = (given: Partial<wire.Order> = {}): wire.Order => ({
  id: 'o2',
  userId: 'u1',
  status: wire.OrderStatus.PLACED,
  total: usd(1_000),
  placedAt: new Date('2026-01-02T03:04:05Z'),
  lines: [aLine()],
  reservationId: '',
  ...given,
});

/** Changes to the order `o2` on the wire. */
let spoilt: Partial<wire.Order> = {};
const all = () => IDS.map((id) => onWire({ id, ...(id === 'o2' ? spoilt : {}) }));

async function overGrpc() {
  const orders = all;
  const service = await LyingGrpc.open(wire.OrdersServiceService, {
    ListRecentOrders: () => ({ orders: orders() }),
    ListOrders: () => ({ orders: orders(), pageTokens: ['t1', 't2', 't3'], nextPageToken: 't3' }),
    BatchGetOrders: ({ ids }: wire.BatchGetOrdersRequest) => ({
      orders: orders().filter(({ id }) => ids.includes(id) || !id),
    }),
    PlaceOrder: () => ({ order: orders()[1] }),
    CancelOrder: () => ({ order: orders()[1] }),
  });
  const clients = new UpstreamClients({ tokens: new InternalTokenSigner(DEMO_INTERNAL_TOKEN_KEY) });
  const close = async () => {
    await clients.close();
    await service.close();
  };
  return { orders: new OrdersGrpc(clients.grpc('orders', [service.address])) as Orders, service, close };
}

async function fake() {
  const orders = new OrdersFake(IDS.toReversed().map((id) => anOrder({ id })));
  orders.unreadable.add('o2');
  return { orders: orders as Orders, close: async () => {} };
}

describe.each([
  ['over gRPC', overGrpc],
  ['the fake', fake],
])('orders of which one breaks the contract, %s', (_, open) => {
  let orders: Orders;
  let close: () => Promise<void>;

  beforeAll(async () => {
    ({ orders, close } = await open());
    spoilt = { status: 7 as wire.OrderStatus };
  });
  afterAll(() => close());

  it('have it at its position among the newest', async () => {
    expect(await orders.recent(context, 3)).toMatchObject([{ id: 'o1' }, lost('o2'), { id: 'o3' }]);
  });

  it('have it at its position of a page, with a cursor each', async () => {
    const page = await orders.list(context, { first: 3 });
    expect(page.orders).toMatchObject([{ id: 'o1' }, lost('o2'), { id: 'o3' }]);
    expect(page.cursors).toHaveLength(3);
  });

  it('are found by their ids except for that one', async () => {
    const found = await orders.byIds(context, ['o1', 'o2', 'none']);
    expect(found).toHaveLength(2);
    expect(found).toContainEqual(lost('o2'));
    const answers = await Promise.allSettled(['o1', 'o2', 'none'].map((id) => orders.byId(context, id)));
    expect(answers).toMatchObject([{ value: { id: 'o1' } }, { reason: BAD }, { value: undefined }]);
  });

  it('fail where it is the whole answer', async () => {
    await expect(orders.cancel(context, 'o2')).rejects.toMatchObject(BAD);
  });

  it('are plain data, which caches can store', async () => {
    const recent = await orders.recent(context, 3);
    expect(JSON.parse(JSON.stringify(recent))).toEqual(recent);
  });
});

describe('cached orders of which one breaks the contract', () => {
  it('have it at its position each time, and by its id', async () => {
    const { orders } = await fake();
    const cached = withCache('orders', orders, Orders.cache, new Cache(1_000_000));
    for (let time = 0; time < 2; time += 1) {
      const its = aContext();
      expect(await cached.recent(its, 3)).toMatchObject([{ id: 'o1' }, lost('o2'), { id: 'o3' }]);
      expect((await cached.list(its, { first: 3 })).orders[1]).toEqual(lost('o2'));
      expect(await cached.byIds(its, ['o1', 'o2'])).toMatchObject([{ id: 'o1' }, lost('o2')]);
      await expect(cached.byId(its, 'o2')).rejects.toMatchObject(BAD);
      expect(await cached.byId(its, 'none')).toBeUndefined();
    }
  });
});

describe('an order over gRPC', () => {
  let orders: Orders;
  let close: () => Promise<void>;
  beforeAll(async () => ({ orders, close } = await overGrpc()));
  afterAll(() => close());
  afterEach(() => void (spoilt = {}));

  it.each<[string, Partial<wire.Order>]>([
    ['of an unknown status', { status: 7 as wire.OrderStatus }],
    ['of a status below 0', { status: -1 as wire.OrderStatus }],
    ['of no status', { status: wire.OrderStatus.UNSPECIFIED }],
    ['without a total', { total: undefined }],
    ['of a total that JSON cannot carry', { total: usd(2 ** 53) }],
    ['of a total below 0', { total: usd(-1) }],
    ['of a total in no currency', { total: { amountMinor: 1, currency: '' } }],
    ['without a time', { placedAt: undefined }],
    ['of a time after the year 9999', { placedAt: new Date(Date.UTC(10_000, 0, 1)) }],
    ['with a line without a price', { lines: [aLine(), aLine({ unitPrice: undefined })] }],
    ['with a line of nothing', { lines: [aLine({ quantity: 0 })] }],
    ['with a line of less than nothing', { lines: [aLine({ quantity: -2 })] }],
    ['with a line of no product', { lines: [aLine({ productId: '' })] }],
    ['with a line of a price out of range', { lines: [aLine({ unitPrice: usd(-5) })] }],
  ])('is unreadable without affecting others: %s', async (_, broken) => {
    spoilt = broken;
    expect(await orders.recent(context, 3)).toMatchObject([{ id: 'o1' }, lost('o2'), { id: 'o3' }]);
    const request = { requestId: 'r1', reservationId: '', lines: [] };
    await expect(orders.place(context, request)).rejects.toMatchObject(BAD);
    await expect(orders.cancel(context, 'o2')).rejects.toMatchObject(BAD);
  });

  it('without an id may be any of the missing ones', async () => {
    spoilt = { id: '' };
    expect(await orders.recent(context, 3)).toMatchObject([{ id: 'o1' }, lost(''), { id: 'o3' }]);
    expect(await orders.byIds(context, ['o1', 'o2'])).toMatchObject([{ id: 'o1' }, lost('o2')]);
  });

  it.each<[string, Partial<wire.Order>]>([
    ['of no lines', { lines: [] }],
    ['of nothing', { total: usd(0) }],
    ['of the largest total', { total: usd(Number.MAX_SAFE_INTEGER) }],
    ['of another currency', { total: { amountMinor: 1, currency: 'XTS' } }],
  ])('may be %s', async (_, given) => {
    spoilt = given;
    expect(allReadable(await orders.recent(context, 3)).map(({ id }) => id)).toEqual(IDS);
  });
});

describe('the moves of an order', () => {
  const movesOf = async (orders: Orders) => {
    const moves: unknown[] = [];
    for await (const move of await orders.watch(context, 'o1')) moves.push(move);
    return moves;
  };
  const at = new Date('2026-01-02T03:04:05Z');
  const aMove = (sequence: number, status: number, given: Partial<wire.WatchOrderResponse> = {}) =>
    wire.WatchOrderResponse.encode({ sequence, orderId: 'o1', status, occurredAt: at, ...given }).finish();
  const lostMove = (sequence: number) => ({ sequence, isUnreadable: true });

  it('continue after an unreadable one, over gRPC', async () => {
    const { orders, service, close } = await overGrpc();
    const bad = [aMove(2, 7), aMove(3, 2, { occurredAt: undefined }), aMove(4, 2, { orderId: '' })];
    service.answerWith(grpcMessages([aMove(1, 1), ...bad, aMove(0, 3), aMove(2 ** 53, 3), aMove(6, 6)]), {
      methods: ['WatchOrder'],
    });
    expect(await movesOf(orders)).toEqual([
      { sequence: 1, orderId: 'o1', status: 'PLACED', occurredAt: at.toISOString() },
      ...[2, 3, 4, 4.5, 4.5].map(lostMove),
      { sequence: 6, orderId: 'o1', status: 'CANCELLED', occurredAt: at.toISOString() },
    ]);
    await close();
  });

  it('continue after an unreadable one, of the fake', async () => {
    const orders = new OrdersFake([anOrder({ id: 'o1' })]);
    const [order] = orders.orders;
    orders.movesFake.moveUnreadably(order!);
    orders.movesFake.move(order!, 'CANCELLED');
    expect(await movesOf(orders)).toMatchObject([
      { sequence: 1 },
      lostMove(2),
      { sequence: 3, status: 'CANCELLED' },
    ]);
  });
});
