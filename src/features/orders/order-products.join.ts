import type { Product, Products } from '#gateway/upstreams/products/products.port';
import { gather, joined, required } from '#libs/gather';
import { type Context, type Degraded, isOfOneThing } from '#libs/upstream';
import type { Selection } from '#libs/view';
import type { OrderResult } from './order-result.view.ts';
import type { OrderView } from './order.view.ts';

/** Products by id; null for an unreadable one. */
type ById = ReadonlyMap<string, Product | null | undefined>;

/**
 * Adds the products to the lines of orders in one batch, if they are selected. If products are unavailable, every `product`
 * is null; then, and if one is stale, `context.degraded` has `lines.product`. An unreadable product is null, and each of its
 * lines is named: `2.lines.0.product` in these orders.
 */
export function withProducts(
  context: Context,
  orders: OrderView[],
  products: Products,
  selection: Selection,
): Promise<OrderView[]> {
  return withLines(context, orders, products, selection, (order) => `${order}.lines`);
}

/** Adds the products to one order, which is the part itself: paths are `lines.0.product`. */
export async function withItsProducts(
  context: Context,
  order: OrderView,
  products: Products,
  selection: Selection,
): Promise<OrderView> {
  const [whole] = await withLines(context, [order], products, selection, () => 'lines');
  return whole!;
}

/** Adds the products to the result of placing or cancelling an order, as a gathered part. */
export async function resultWithProducts(
  context: Context,
  result: OrderResult,
  products: Products,
  selection: Selection,
): Promise<OrderResult> {
  if (!('order' in result)) return result;
  const { order } = await gather(context, {
    order: required((context) => withItsProducts(context, result.order, products, selection)),
  });
  return { order };
}

/** @param linesAt the path of an order's lines in the part */
async function withLines(
  context: Context,
  orders: OrderView[],
  products: Products,
  selection: Selection,
  linesAt: (order: number) => string,
): Promise<OrderView[]> {
  if (!selection.has('lines.product')) return orders;
  const ids = new Set(orders.flatMap(({ lines }) => lines.map(({ productId }) => productId)));
  const found: ById =
    (await joined(context, 'lines.product', (its) => byIds(its, [...ids], products))) ?? new Map();
  const lost = (productId: string) => found.get(productId) === null;
  if ([...ids].some(lost)) context.degraded.push(...linesOf(orders, lost, linesAt));
  return orders.map((order) => ({
    ...order,
    lines: order.lines.map((line) => ({ ...line, product: found.get(line.productId) ?? null })),
  }));
}

async function byIds(context: Context, ids: readonly string[], products: Products): Promise<ById> {
  const loads = ids.map((id) => products.byId(context, id));
  try {
    const found = await Promise.all(loads);
    return new Map(ids.map((id, i) => [id, found[i]]));
  } catch {
    const outcomes = await Promise.allSettled(loads);
    const entries = outcomes.map((outcome, i): [string, Product | null | undefined] => {
      if (outcome.status === 'fulfilled') return [ids[i]!, outcome.value];
      if (!isOfOneThing(outcome.reason)) throw outcome.reason;
      return [ids[i]!, null];
    });
    return new Map(entries);
  }
}

function linesOf(
  orders: readonly OrderView[],
  isLost: (productId: string) => boolean,
  linesAt: (order: number) => string,
): Degraded[] {
  return orders.flatMap(({ lines }, order) =>
    lines.flatMap(({ productId }, line): Degraded[] =>
      isLost(productId) ? [{ part: `${linesAt(order)}.${line}.product`, reason: 'BAD_RESPONSE' }] : [],
    ),
  );
}
