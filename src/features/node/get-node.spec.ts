import { describe, expect, it } from '@jest/globals';
import { OrdersFake } from '#gateway/upstreams/orders/orders.fake';
import { ProductsFake } from '#gateway/upstreams/products/products.fake';
import { UsersFake } from '#gateway/upstreams/users/users.fake';
import { freshnessOf } from '#libs/cache';
import { aContext, aLine, anOrder, aProduct, aUser, callsOf, failing } from '#libs/testing';
import { Selection } from '#libs/view';
import { GetNode } from './get-node.ts';

const SCOPES = ['profile:read', 'orders:read'];
const nothing: ReadonlySet<string> = new Set();
const products = new Selection(new Map([['lines', new Selection(new Map([['product', Selection.leaf]]))]]));

function aShop() {
  const ports = {
    users: new UsersFake([aUser({ id: 'u1' }), aUser({ id: 'u2' })]),
    orders: new OrdersFake([
      anOrder({ id: 'o1', lines: [aLine({ productId: 'p1' })] }),
      anOrder({ id: 'o2', ownerId: 'u2' }),
      anOrder({ id: 'same' }),
    ]),
    products: new ProductsFake([aProduct({ id: 'p1' }), aProduct({ id: 'same' })]),
  };
  const calls = {
    users: callsOf(ports.users, 'byIds'),
    orders: callsOf(ports.orders, 'byIds'),
    products: callsOf(ports.products, 'byIds'),
  };
  const getNode = new GetNode(ports.users, ports.orders, ports.products);
  const find = (id: string, expected = nothing, context = aContext({ caller: { id: 'u1', scopes: SCOPES } })) =>
    getNode.run(context, id, Selection.leaf, expected);
  const requested = () => Object.entries(calls).flatMap(([name, its]) => (its.length ? [name] : []));
  return { ...ports, getNode, find, requested };
}

describe('the object of an id', () => {
  it.each([
    ['u1', 'User'],
    ['o1', 'Order'],
    ['p1', 'Product'],
  ])('%s is a %s, whether or not one is expected', async (id, __typename) => {
    expect(await aShop().find(id)).toMatchObject({ __typename, id });
    expect(await aShop().find(id, new Set([__typename]))).toMatchObject({ __typename, id });
    expect(await aShop().find(id, new Set(['User', 'Order', 'Product']))).toMatchObject({ __typename, id });
  });

  it.each(['o9', '', 'not an id', 'u2', 'o2'])("is null for %p: unknown, or another caller's", async (id) => {
    for (const expected of [nothing, new Set(['Order']), new Set(['User'])])
      expect(await aShop().find(id, expected)).toBeNull();
  });

  it.each([
    ['without a token', undefined, []],
    ['without the scope', 'u1', []],
  ])('is null for types that are not public, and only products are called, %s', async (_, id, scopes) => {
    const { find, requested } = aShop();
    const context = () => aContext({ caller: { id, scopes } });
    expect(await find('o1', new Set(['Order']), context())).toBeNull();
    expect(await find('u1', nothing, context())).toBeNull();
    expect(await find('p1', nothing, context())).toMatchObject({ __typename: 'Product' });
    expect(requested()).toEqual(['products']);
  });

  it('is read with one call if its type is expected', async () => {
    const { find, requested } = aShop();
    await find('o1', new Set(['Order']));
    expect(requested()).toEqual(['orders']);
  });

  it('is found in other types if no expected type has the id', async () => {
    expect(await aShop().find('p1', new Set(['Order']))).toMatchObject({ __typename: 'Product' });
  });

  it('is of the expected type if several have the id, and a conflict without one', async () => {
    const { find } = aShop();
    expect(await find('same', new Set(['Order']))).toMatchObject({ __typename: 'Order' });
    expect(await find('same', new Set(['Product']))).toMatchObject({ __typename: 'Product' });
    await expect(find('same')).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(find('same', new Set(['Order', 'Product']))).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('fails if a service is down, unless another has the object', async () => {
    const { find, orders } = aShop();
    Object.assign(orders, { byIds: failing('UPSTREAM_TIMEOUT') });
    await expect(find('o1')).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    await expect(find('p1', new Set(['Order']))).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(await find('p1')).toMatchObject({ __typename: 'Product' });
  });

  it('has the products of an order if selected, and names unavailable ones in degraded', async () => {
    const shop = aShop();
    const context = () => aContext({ caller: { id: 'u1', scopes: SCOPES } });
    const whole = await shop.getNode.run(context(), 'o1', products, new Set(['Order']));
    expect(whole).toMatchObject({ lines: [{ product: { id: 'p1' } }] });
    Object.assign(shop.products, { byIds: failing() });
    const its = context();
    expect(await shop.getNode.run(its, 'o1', products, new Set(['Order']))).toMatchObject({
      lines: [{ product: null }],
    });
    expect(its.degraded).toEqual([{ part: 'lines.product', reason: 'UNAVAILABLE' }]);
  });

  it('alone is named in degraded if it is stale, not the other types looked up', async () => {
    const { find, products: port, orders } = aShop();
    const byIds = port.byIds.bind(port);
    port.byIds = (context, ids) => (context.noteStale(4_000, 'p1'), byIds(context, ids));
    const of = (id: string) => aContext({ caller: { id, scopes: SCOPES } });
    const [ofProduct, ofOrder] = [of('u1'), of('u1')];
    await find('p1', nothing, ofProduct);
    expect(ofProduct.degraded).toEqual([{ part: 'node', reason: 'STALE', ageSeconds: 4 }]);
    orders.orders.push(anOrder({ id: 'o3' }));
    await find('o3', nothing, ofOrder);
    expect(ofOrder.degraded).toEqual([]);
  });

  it.each([
    ['p1', false],
    ['o1', true],
    ['u1', true],
    ['nothing', true],
  ])('is private to the caller unless it is public: %s', async (id, isPrivate) => {
    const context = aContext({ caller: { id: 'u1', scopes: SCOPES } });
    await aShop().find(id, nothing, context);
    expect(freshnessOf(context)?.isPrivate ?? false).toBe(isPrivate);
  });
});
