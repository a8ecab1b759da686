import type { Products } from '#gateway/upstreams/products/products.port';
import { type Degrade, gather, required } from '#libs/gather';
import type { Context } from '#libs/upstream';
import type { Wanted } from '#libs/view';
import type { OrderResult } from './order-result.view.ts';
import type { OrderView } from './order.view.ts';

/**
 * The orders with the products of their lines, if `wanted` of an order: all lines in one batch. Where products
 * cannot be had, every `product` is null and `lines.product` is degraded.
 */
export async function withProducts(
  context: Context,
  orders: OrderView[],
  products: Products,
  wanted: Wanted,
  degrade: Degrade,
): Promise<OrderView[]> {
  if (!wanted.has('lines.product')) return orders;
  const ids = new Set(orders.flatMap(({ lines }) => lines.map(({ productId }) => productId)));
  const load = async (id: string) => [id, await products.byId(context, id)] as const;
  const found = await Promise.all([...ids].map(load)).catch((error: unknown) => degrade('lines.product', error));
  const byId = new Map(found ?? []);
  degrade.unlessFresh('lines.product', [...byId.values()]);
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
    order: required((degrade) => withProducts(context, [result.order], products, wanted, degrade)),
  });
  return { order: order[0]! };
}
