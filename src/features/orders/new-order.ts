import { randomUUID } from 'node:crypto';
import type { MoneyInput } from '#gateway/features/views/money.view';
import type { NewOrder, Order } from '#gateway/upstreams/orders/orders.port';
import type { Product } from '#gateway/upstreams/products/products.port';
import type { InputOf } from '#libs/view';
import type { RefusedLineView } from './order-result.view.ts';
import type { Lines } from './place-order-input.ts';

/** Makes an order with the given products' prices and a new reservation id. @param products all products of the lines, by id */
export function newOrder(lines: Lines, products: Map<string, Product>, requestId: string): NewOrder {
  return {
    requestId,
    reservationId: randomUUID(),
    lines: lines.map(({ productId, quantity }) => {
      const { name, price } = products.get(productId)!;
      return { productId, name, quantity, unitPrice: price };
    }),
  };
}

/** Whether an amount is the order's total. */
export function isTotal({ lines }: NewOrder, { amountMinor, currency }: InputOf<typeof MoneyInput>): boolean {
  const total = lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice.amountMinor, 0);
  return total === amountMinor && lines.every(({ unitPrice }) => unitPrice.currency === currency);
}

/** Whether this request placed the order, rather than an earlier one with the same id. */
export function isMadeBy({ reservationId }: NewOrder, placed: Order): boolean {
  return placed.reservationId === reservationId;
}

/** Whether both have the same products and quantities. */
export function isSameAs({ lines }: NewOrder, placed: Order): boolean {
  const goodsOf = (all: Order['lines']) => JSON.stringify(all.map(stockLine));
  return goodsOf(lines) === goodsOf(placed.lines);
}

/** The stock line of an order line. */
export const stockLine = ({ productId, quantity }: NewOrder['lines'][number]) => ({ productId, quantity });

/** The refused lines with the available quantities, null if unknown. */
export function refusedLines(lines: Lines, available?: ReadonlyMap<string, number>): RefusedLineView[] {
  return lines.map(({ productId, quantity }) => ({
    productId,
    requested: quantity,
    available: available?.get(productId) ?? null,
  }));
}
