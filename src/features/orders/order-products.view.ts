import type { Products } from '#gateway/upstreams/products/products.port';
import { gather, joined, required } from '#libs/gather';
import type { Context } from '#libs/upstream';
import type { Wanted } from '#libs/view';
import type { OrderResult } from './order-result.view.ts';
import type { OrderView } from './order.view.ts';

/**
 * The orders with the products of their lines, if `wanted` of an order: all lines in one batch. Where products
 * cannot be had, every `product` is null; then, and where one is stale, `lines.product` is in the `degraded` of `context`.
 */
export async function withProducts(
  context: Context,
  orders: OrderView[],
  products: Products,
  wanted: Wanted,
): Promise<OrderView[]> {
  if (!wanted.has('lines.product')) return orders;
  const ids = new Set(orders.flatMap(({ lines }) => lines.map(({ productId }) => productId)));
  const found = await joined(context, 'lines.product', (context) =>
    Promise.all([...ids].map(async (id) => [id, await products.byId(context, id)] as const)),
  );
  const byId = new Map(found);
  return orders.map((order) => ({
    ...order,
    lines: order.lines.map((line) => ({ ...line, product: byId.get(line.productId) ?? null })),
  }));
}

/** The same for what came of placing or cancelling an order. */
export async function resultWithProducts(
  context: Context,
  result: OrderResult,
  products: Products,
  wanted: Wanted,
): Promise<OrderResult> {
  if (!('order' in result)) return result;
  const { order } = await gather(context, {
    order: required((context) => withProducts(context, [result.order], products, wanted)),
  });
  return { order: order[0]! };
}
