import { orders } from '#libs/contracts';
import { DEMO_ACCOUNTS, demoOrders } from '#libs/demo-data';
import { calledFor, describeStorages, streamFailure } from '#libs/testing';
import { status as Code } from '@grpc/grpc-js';
import { expect, it } from '@jest/globals';
import { ordersForTests, user } from './orders.fixture.ts';

const [ada, grace] = DEMO_ACCOUNTS;
const demo = demoOrders(1);
const newestFirst = [...demo].sort((a, b) =>
  a.placedAt === b.placedAt ? (a.id < b.id ? 1 : -1) : a.placedAt < b.placedAt ? 1 : -1,
);
const idsOf = async (batches: AsyncIterable<orders.ExportOrdersResponse>) => {
  const ids: string[] = [];
  for await (const batch of batches) {
    expect(batch.orders.length).toBeGreaterThan(0);
    ids.push(...batch.orders.map(({ id }) => id));
  }
  return ids;
};

describeStorages('an export of orders', (storage) => {
  const start = ordersForTests();
  let service: ReturnType<typeof start> | undefined;
  const started = () => (service ??= storage.fresh().then((place) => start(place, { SEED: '1' })));

  it('has each order of the caller once, newest first', async () => {
    const { client } = await started();
    const own = newestFirst.filter(({ userId }) => userId === ada.id).map(({ id }) => id);
    expect(await idsOf(client.exportOrders({ afterOrderId: '' }, user(ada.id)))).toEqual(own);
    expect(await idsOf(client.exportOrders({ afterOrderId: '' }, user('a new user')))).toEqual([]);
  });

  it("has everybody's orders for an admin", async () => {
    const { client } = await started();
    const all = await idsOf(client.exportOrders({ afterOrderId: '' }, user(grace.id, ['admin'])));
    expect(all).toEqual(newestFirst.map(({ id }) => id));
  });

  it('continues after any of its orders', async () => {
    const { client } = await started();
    const all = newestFirst.map(({ id }) => id);
    for (const at of [0, 19, 20, all.length - 2, all.length - 1]) {
      const rest = client.exportOrders({ afterOrderId: all[at]! }, user(grace.id, ['admin']));
      expect(await idsOf(rest)).toEqual(all.slice(at + 1));
    }
  });

  it("is refused after another caller's order, after none, and without a user", async () => {
    const { client } = await started();
    const theirs = demo.find(({ userId }) => userId !== ada.id)!.id;
    const codeOf = async (afterOrderId: string, by = user(ada.id)) =>
      Code[(await streamFailure(client.exportOrders({ afterOrderId }, by))).code];
    expect(await Promise.all([theirs, 'nothing', '\0'].map((id) => codeOf(id)))).toEqual(
      Array(3).fill('INVALID_ARGUMENT'),
    );
    expect(await codeOf('', calledFor({ scopes: ['admin'] }, 'orders'))).toBe('UNAUTHENTICATED');
  });
});
