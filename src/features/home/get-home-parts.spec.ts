import { describe, expect, it } from '@jest/globals';
import { aContext, callsOf, failing } from '#libs/testing';
import { Selection } from '#libs/view';
import { aHome, selection, whole } from './home.fixture.ts';

describe('the products of recent orders', () => {
  it('are read in one batch without duplicates', async () => {
    const { products, getHome } = aHome();
    const batches = callsOf(products, 'byIds');
    const { recentOrders } = await getHome.run(aContext(), selection('recentOrders.lines.product.id'));
    expect(batches.map(([, ids]) => [...ids].sort())).toEqual([['p1', 'p2']]);
    expect(recentOrders![0]!.lines).toMatchObject([{ product: { id: 'p1' } }, { product: { id: 'p2' } }]);
  });

  it('are not read unless selected', async () => {
    const { products, getHome } = aHome();
    const batches = callsOf(products, 'byIds');
    await getHome.run(aContext(), whole);
    expect(batches).toEqual([]);
  });

  it('are null while products are down, and the orders are there', async () => {
    const { products, getHome } = aHome();
    Object.assign(products, { byIds: failing() });
    const home = await getHome.run(aContext(), selection('recentOrders.lines.product.id'));
    expect(home.recentOrders!.flatMap(({ lines }) => lines).map(({ product }) => product)).toEqual([
      null,
      null,
      null,
    ]);
    expect(home.degraded).toEqual([{ part: 'recentOrders.lines.product', reason: 'UNAVAILABLE' }]);
  });
});

describe('the size of home page lists', () => {
  const first = (part: string, count: number) =>
    selection('user').with(new Selection(new Map([[part, new Selection(new Map(), { first: count })]])));

  it('is the requested `first`', async () => {
    const { getHome } = aHome();
    expect((await getHome.run(aContext(), first('recentOrders', 1))).recentOrders).toHaveLength(1);
    expect((await getHome.run(aContext(), first('recommendations', 1))).recommendations).toHaveLength(1);
  });

  it.each([
    ['recentOrders', 0],
    ['recentOrders', 101],
    ['recommendations', 0],
    ['recommendations', 101],
  ])('is refused for %s(first: %p)', async (part, count) => {
    const { getHome } = aHome();
    await expect(getHome.run(aContext(), first(part, count))).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      errors: [{ field: 'first' }],
    });
  });
});
