import { randomUUID } from 'node:crypto';
import { MoneyInput } from '#gateway/features/money.view';
import { type NewOrder, type Order, Orders } from '#gateway/upstreams/orders/orders.port';
import { type Product, Products } from '#gateway/upstreams/products/products.port';
import { type Context, DetachedWork } from '#libs/upstream';
import { type Asked, id, input, Wanted } from '#libs/view';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { resultWithProducts } from './order-products.view.ts';
import { type OrderResult, refused } from './order-result.view.ts';

/** How many of what. */
export const OrderLineInput = input('OrderLineInput', {
  productId: id(),
  quantity: z.int().min(1).max(99),
});

/** What is to be ordered, and for how much at most. */
export const PlaceOrderInput = input('PlaceOrderInput', {
  lines: z.array(OrderLineInput.schema).min(1).max(50).check(eachProductOnce),
  expectedTotal: MoneyInput.schema.nullish(),
  idempotencyKey: z.string().min(1).max(100).nullish(),
});

type Lines = Asked<typeof PlaceOrderInput>['lines'];

/** Order this. */
@Injectable()
export class PlaceOrder {
  constructor(
    private readonly products: Products,
    private readonly orders: Orders,
    private readonly work: DetachedWork,
  ) {}

  /**
   * Checks prices, reserves the goods, places the order and keeps the goods; undoes what it did if a step fails.
   * From the first write on it goes on to its end even if the client leaves.
   * @param wanted what of the order
   * @throws {GatewayError} UPSTREAM_* if it could not be done; then nothing stays reserved
   */
  async run(
    context: Context,
    question: Asked<typeof PlaceOrderInput>,
    wanted: Wanted = Wanted.leaf,
  ): Promise<OrderResult> {
    const { lines, expectedTotal, idempotencyKey } = question;
    const products = await this.productsOf(context, lines);

    const unknown = lines.filter(({ productId }) => !products.has(productId));
    if (unknown.length) return refused('UNKNOWN_PRODUCT', 'There is no such product.', refusedLines(unknown));

    const order = newOrder(lines, products, idempotencyKey ?? randomUUID());
    if (expectedTotal && !isTotal(order, expectedTotal)) return refused('PRICE_CHANGED', 'The total has changed.');

    // The last moment at which a client that has gone, or has no time left, costs nothing.
    context.signal.throwIfAborted();
    const result = await this.work.run(context, (detached) => this.write(detached, order));
    return resultWithProducts(context, result, this.products, wanted);
  }

  private async write(context: Context, order: NewOrder): Promise<OrderResult> {
    const { reservationId, lines } = order;
    const reserved = await this.products.reserve(context, reservationId, lines.map(stockLine));
    if (!reserved.isReserved) {
      const short = lines.filter(({ productId }) => reserved.available.has(productId));
      return refused('OUT_OF_STOCK', 'There is not enough of it.', refusedLines(short, reserved.available));
    }
    let placed: Order | undefined;
    try {
      placed = await this.orders.place(context, order);
      if (placed.reservationId === reservationId) await this.products.confirm(context, reservationId);
      // The same request has been placed before: its goods are sold, and these are not needed.
      else await this.products.release(context, reservationId).catch(() => undefined);
      return { order: placed };
    } catch (error) {
      // In a time of its own: what has to be undone may be that there was none left.
      await this.work.run(context, (undoing) => this.undo(undoing, reservationId, placed));
      throw error;
    }
  }

  /** What cannot be undone now is undone by time: a reservation that is not confirmed expires. */
  private async undo(context: Context, reservationId: string, placed: Order | undefined): Promise<void> {
    const cancelled = placed && this.orders.cancel(context, placed.id);
    await Promise.allSettled([cancelled, this.products.release(context, reservationId)]);
  }

  private async productsOf(context: Context, lines: Lines): Promise<Map<string, Product>> {
    const found = await Promise.all(lines.map(({ productId }) => this.products.byId(context, productId)));
    return new Map(found.flatMap((product) => (product ? [[product.id, product]] : [])));
  }
}

function newOrder(lines: Lines, products: Map<string, Product>, requestId: string): NewOrder {
  return {
    requestId,
    reservationId: randomUUID(),
    lines: lines.map(({ productId, quantity }) => {
      const { name, price } = products.get(productId)!;
      return { productId, name, quantity, unitPrice: price };
    }),
  };
}

function isTotal({ lines }: NewOrder, { amountMinor, currency }: Asked<typeof MoneyInput>): boolean {
  const total = lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice.amountMinor, 0);
  return total === amountMinor && lines.every(({ unitPrice }) => unitPrice.currency === currency);
}

const stockLine = ({ productId, quantity }: NewOrder['lines'][number]) => ({ productId, quantity });

function refusedLines(lines: Lines, available?: ReadonlyMap<string, number>) {
  return lines.map(({ productId, quantity }) => ({
    productId,
    requested: quantity,
    available: available?.get(productId) ?? null,
  }));
}

function eachProductOnce({ value: lines, issues }: z.core.ParsePayload<{ productId: string }[]>): void {
  const seen = new Set<string>();
  lines.forEach(({ productId }, index) => {
    if (seen.has(productId)) {
      issues.push({
        code: 'custom',
        input: lines,
        path: [index, 'productId'],
        message: 'Must not be there twice',
      });
    }
    seen.add(productId);
  });
}
