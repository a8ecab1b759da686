import { Audit } from '#gateway/identity/audit/audit';
import { OrdersFake } from '#gateway/upstreams/orders/orders.fake';
import { createLogger } from '#libs/observe';
import { aContext, anOrder } from '#libs/testing';
import { expect, it } from '@jest/globals';
import { ExportOrders } from './export-orders.ts';

const orders = new OrdersFake([
  anOrder({ id: 'o1' }),
  anOrder({ id: 'o2', ownerId: 'u2' }),
  anOrder({ id: 'o3' }),
  anOrder({ id: 'o4' }),
]);
orders.unreadable.add('o3');

async function exported(scopes: string[], after?: string) {
  const audit = new Audit(createLogger('spec', 'silent'));
  const written: string[] = [];
  audit.onWrite((event, { userId }) => written.push(`${event} ${userId}`));
  const ids: string[] = [];
  const context = aContext({ caller: { id: 'u1', scopes } });
  for await (const batch of await new ExportOrders(orders, audit).run(context, { after })) {
    ids.push(...batch.map(({ id }) => id));
  }
  return { ids, written };
}

it("has the caller's orders, newest first, unreadable ones in their place", async () => {
  expect(await exported([])).toEqual({ ids: ['o4', 'o3', 'o1'], written: [] });
});

it('continues after an order, and refuses what is none of the caller', async () => {
  expect((await exported([], 'o3')).ids).toEqual(['o1']);
  await expect(exported([], 'o2')).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
});

it("has everybody's orders for an admin, which is audited", async () => {
  expect(await exported(['admin'])).toEqual({ ids: ['o4', 'o3', 'o2', 'o1'], written: ['data.exported u1'] });
});
