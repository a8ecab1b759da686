import { orders } from '#libs/contracts';
import { DEMO_ACCOUNTS, demoOrders } from '#libs/demo-data';
import { calledFor, describeStorages, failureOf } from '#libs/testing';
import { expect, it } from '@jest/globals';
import { aLine, ordersForTests, user } from './orders.fixture.ts';

const { OrderStatus } = orders;
const [ada, grace] = DEMO_ACCOUNTS;
const demo = demoOrders(1);
const newestFirst = demo
  .filter(({ userId }) => userId === ada.id)
  .sort((a, b) => (a.placedAt === b.placedAt ? (a.id < b.id ? 1 : -1) : a.placedAt < b.placedAt ? 1 : -1));
const ids = (list: { id: string }[]) => list.map(({ id }) => id);

describeStorages('the orders of a caller', (storage) => {
  const start = ordersForTests();
  let service: ReturnType<typeof start> | undefined;
  const started = () => (service ??= storage.fresh().then((place) => start(place, { SEED: '1' })));

  it('include the five newest as recent ones', async () => {
    const { recent } = await started();
    expect(ids((await recent(user(ada.id))).orders)).toEqual(ids(newestFirst).slice(0, 5));
    expect((await recent(user(ada.id), 2)).orders).toHaveLength(2);
    expect((await recent(user('a new user'))).orders).toEqual([]);
  });

  it('have all fields', async () => {
    const { recent } = await started();
    const [order] = (await recent(user(ada.id), 1)).orders;
    const { lines, placedAt, totalMinor, status, id } = newestFirst[0]!;
    expect(order).toEqual({
      id,
      userId: ada.id,
      status: OrderStatus[status],
      placedAt: new Date(placedAt),
      reservationId: '',
      total: { amountMinor: totalMinor, currency: 'USD' },
      lines: lines.map(({ productId, name, quantity, unitPriceMinor }) => {
        return aLine({ productId, name, quantity, unitPrice: { amountMinor: unitPriceMinor, currency: 'USD' } });
      }),
    });
  });

  it('are each on exactly one page, newest first', async () => {
    const { list } = await started();
    const seen: string[] = [];
    let pageToken = '';
    do {
      const page = await list(user(ada.id), { pageSize: 7, pageToken });
      seen.push(...ids(page.orders));
      pageToken = page.nextPageToken;
    } while (pageToken);
    expect(seen).toEqual(ids(newestFirst));
  });

  it('continue after any of them', async () => {
    const { list } = await started();
    const page = await list(user(ada.id), { pageSize: 5 });
    expect(page.pageTokens).toHaveLength(5);
    const next = await list(user(ada.id), { pageSize: 1, pageToken: page.pageTokens[2]! });
    expect(ids(next.orders)).toEqual([newestFirst[3]!.id]);
  });

  it('have no next page after the last, also if it is full', async () => {
    const { list } = await started();
    const { orders: page, nextPageToken } = await list(user(ada.id), { pageSize: newestFirst.length });
    expect(page).toHaveLength(newestFirst.length);
    expect(nextPageToken).toBe('');
  });

  it('can be filtered by status, over all pages', async () => {
    const { list } = await started();
    const delivered = ids(newestFirst.filter(({ status }) => status === 'DELIVERED'));
    const first = await list(user(ada.id), { status: OrderStatus.DELIVERED, pageSize: 3 });
    const pageToken = first.nextPageToken;
    const second = await list(user(ada.id), { status: OrderStatus.DELIVERED, pageSize: 3, pageToken });
    expect(ids([...first.orders, ...second.orders])).toEqual(delivered.slice(0, 6));
  });

  const forged = (content: unknown) => Buffer.from(JSON.stringify(content)).toString('base64url');

  it.each([
    ['nonsense', 'x'],
    ['of no list', forged({})],
    ['of another version', forged([2, null, 1, 'o1'])],
    ['without a time', forged([1, null, 'now', 'o1'])],
    ['without an id', forged([1, null, 1, 'o 1'])],
  ])('are rejected for a page token %s', async (_, pageToken) => {
    const { list } = await started();
    expect(await failureOf(list(user(ada.id), { pageToken }))).toMatchObject({
      code: 'INVALID_ARGUMENT',
      violations: [expect.objectContaining({ field: 'page_token' })],
    });
  });

  it('are rejected for a page token of another status', async () => {
    const { list } = await started();
    const { nextPageToken: pageToken } = await list(user(ada.id), { pageSize: 1 });
    const failure = await failureOf(list(user(ada.id), { status: OrderStatus.DELIVERED, pageToken }));
    expect(failure.violations?.[0]?.field).toBe('page_token');
  });

  it.each([
    ['page_size', { pageSize: 101 }],
    ['page_size', { pageSize: -1 }],
    ['status', { status: 99 as orders.OrderStatus }],
  ])('are rejected if %s is invalid (case %#)', async (field, pending) => {
    const { list } = await started();
    const failure = await failureOf(list(user(ada.id), pending));
    expect(failure).toMatchObject({ code: 'INVALID_ARGUMENT', violations: [expect.objectContaining({ field })] });
  });

  it("are returned by id, without unknown ids and other callers' orders", async () => {
    const { byIds } = await started();
    const mine = newestFirst[0]!.id;
    const theirs = demo.find(({ userId }) => userId !== ada.id)!.id;
    const pending = [mine, theirs, 'nothing', 'not an id', '\0', mine];
    expect(ids((await byIds(user(ada.id), pending)).orders)).toEqual([mine]);
    expect(ids((await byIds(user(grace.id, ['admin']), pending)).orders).sort()).toEqual([mine, theirs].sort());
    expect((await byIds(user(ada.id), [])).orders).toEqual([]);
  });

  it('are at most 100 per request', async () => {
    const { byIds } = await started();
    const failure = await failureOf(
      byIds(
        user(ada.id),
        Array.from({ length: 101 }, (_, index) => `o${index}`),
      ),
    );
    expect(failure.violations).toEqual([expect.objectContaining({ field: 'ids' })]);
  });

  it('require a logged-in caller', async () => {
    const { recent, list, byIds, place, cancel } = await started();
    const anonymous = calledFor({ scopes: [] }, 'orders');
    const calls = [
      recent(anonymous),
      list(anonymous),
      byIds(anonymous, ['o1']),
      place(anonymous),
      cancel(anonymous, 'o1'),
    ];
    const codes = await Promise.all(calls.map(async (call) => (await failureOf(call)).code));
    expect(new Set(codes)).toEqual(new Set(['UNAUTHENTICATED']));
  });
});
