import { describe, expect, it } from '@jest/globals';
import { OrdersFake } from '#gateway/upstreams/orders/orders.fake';
import { ProductsFake } from '#gateway/upstreams/products/products.fake';
import { aContext, aLine, anOrder, aProduct, callsOf, failing } from '#libs/testing';
import { check, fromQueryString, parseFields, wholeView } from '#libs/view';
import { ListOrders, ListOrdersQuestion } from './list-orders.ts';
import { OrderConnectionView } from './order-list.view.ts';
import { OrderView } from './order.view.ts';

const whole = wholeView(OrderView);
const withProducts = parseFields('id,lines.product.id', wholeView(OrderView, ['lines.product']));
const questionOf = (query: Record<string, string>) =>
  check(ListOrdersQuestion.schema, fromQueryString(ListOrdersQuestion, query));

function orders(count: number) {
  return Array.from({ length: count }, (_, i) => {
    const status = i % 2 ? 'PAID' : 'PLACED';
    return anOrder({ id: `o${i}`, status, lines: [aLine({ productId: `p${i}` })] });
  });
}

function aShop(count = 5) {
  const ports = { orders: new OrdersFake(orders(count)), products: new ProductsFake([aProduct({ id: 'p4' })]) };
  return { ...ports, listOrders: new ListOrders(ports.orders, ports.products) };
}

/** Reads all pages in turn. */
async function pagesOf(listOrders: ListOrders, query: Record<string, string>) {
  const pages = [await listOrders.run(aContext(), questionOf(query), whole)];
  for (let after = pages[0]!.nextCursor; after; after = pages.at(-1)!.nextCursor) {
    pages.push(await listOrders.run(aContext(), questionOf({ ...query, after }), whole));
  }
  return pages;
}

describe("the caller's orders", () => {
  it('are sorted newest first', async () => {
    const { items, nextCursor } = await aShop().listOrders.run(aContext(), questionOf({}), whole);
    expect(items.map(({ id }) => id)).toEqual(['o4', 'o3', 'o2', 'o1', 'o0']);
    expect(nextCursor).toBeNull();
  });

  it.each(['1', '2', '4', '5', '100'])('are each on one of the pages of %s', async (first) => {
    const pages = await pagesOf(aShop().listOrders, { first });
    expect(pages.flatMap(({ items }) => items).map(({ id }) => id)).toEqual(['o4', 'o3', 'o2', 'o1', 'o0']);
    expect(pages.map(({ isFirstPage }) => isFirstPage)).toEqual(pages.map((_, i) => i === 0));
  });

  it('continue after any of them, by its own cursor', async () => {
    const { listOrders } = aShop();
    const { cursors } = await listOrders.run(aContext(), questionOf({}), whole);
    const { items } = await listOrders.run(aContext(), questionOf({ after: cursors[1]! }), whole);
    expect(items.map(({ id }) => id)).toEqual(['o2', 'o1', 'o0']);
  });

  it('can be filtered by status', async () => {
    const pages = await pagesOf(aShop().listOrders, { first: '2', status: 'PLACED' });
    expect(pages.flatMap(({ items }) => items).map(({ id }) => id)).toEqual(['o4', 'o2', 'o0']);
  });

  it('are empty for a caller without orders', async () => {
    const nobody = aContext({ caller: { id: 'u2', scopes: [] } });
    expect(await aShop().listOrders.run(nobody, questionOf({}), whole)).toMatchObject({
      items: [],
      nextCursor: null,
    });
  });

  it('have their products in one batch if selected, and read none otherwise', async () => {
    const { listOrders, products } = aShop();
    const batches = callsOf(products, 'byIds');
    await listOrders.run(aContext(), questionOf({}), whole);
    expect(batches).toHaveLength(0);
    const { items } = await listOrders.run(aContext(), questionOf({}), withProducts);
    expect(batches).toHaveLength(1);
    expect(items.flatMap(({ lines }) => lines).map(({ product }) => product?.id)).toEqual(['p4', ...Array(4)]);
  });

  it('are answered while products are down', async () => {
    const { listOrders, products } = aShop();
    Object.assign(products, { byIds: failing() });
    const context = aContext();
    const { items } = await listOrders.run(context, questionOf({}), withProducts);
    expect(items.flatMap(({ lines }) => lines).map(({ product }) => product)).toEqual(Array(5).fill(null));
    expect(context.degraded).toMatchObject([{ reason: 'UNAVAILABLE' }]);
  });

  it('are refused for an invalid cursor', async () => {
    const page = aShop().listOrders.run(aContext(), questionOf({ after: 'nonsense' }), whole);
    await expect(page).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
  });

  it.each([
    [{ first: '0' }, 'VALIDATION_FAILED', 'first'],
    [{ first: '101' }, 'VALIDATION_FAILED', 'first'],
    [{ first: 'all' }, 'BAD_REQUEST', 'first'],
    [{ status: 'LOST' }, 'VALIDATION_FAILED', 'status'],
    [{ after: '' }, 'VALIDATION_FAILED', 'after'],
    [{ after: 'x'.repeat(513) }, 'VALIDATION_FAILED', 'after'],
    [{ before: 'x' }, 'BAD_REQUEST', 'before'],
  ])('are refused for %p: %s on %s', (query, code, field) => {
    expect(() => questionOf(query as Record<string, string>)).toThrow(
      expect.objectContaining({ code, errors: [expect.objectContaining({ field })] }),
    );
  });
});

describe("the caller's orders as a connection", () => {
  const connection = async (query: Record<string, string>, count?: number) =>
    OrderConnectionView.of(await aShop(count).listOrders.run(aContext(), questionOf(query), whole));

  it('have one cursor each, and a start and an end cursor', async () => {
    const { edges, nodes, pageInfo } = await connection({ first: '2' });
    expect(edges.map(({ node }) => node)).toEqual(nodes);
    expect(nodes.map(({ id }) => id)).toEqual(['o4', 'o3']);
    const [startCursor, endCursor] = edges.map(({ cursor }) => cursor);
    expect(pageInfo).toEqual({ hasNextPage: true, hasPreviousPage: false, startCursor, endCursor });
  });

  it('have a page before every page but the first, and none after the last', async () => {
    const { pageInfo } = await connection({ after: 'o3', first: '3' });
    expect(pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  });

  it('have no cursors on an empty page', async () => {
    const { edges, nodes, pageInfo } = await connection({}, 0);
    expect([edges, nodes]).toEqual([[], []]);
    expect(pageInfo).toEqual({ hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null });
  });
});
