import { Scopes } from '#gateway/declare/access';
import { Limited } from '#gateway/declare/limited';
import { Orders } from '#gateway/upstreams/orders/orders.port';
import { Products } from '#gateway/upstreams/products/products.port';
import { gather, required } from '#libs/gather';
import { type Context, type Degraded, isUnreadable, readable } from '#libs/upstream';
import { type InputOf, listSize, oneOf, parameters, type Selection } from '#libs/view';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { withProducts } from './order-products.join.ts';
import { OrderStatus, type OrderView } from './order.view.ts';

/** The parameters of a list of the caller's orders. */
export const ListOrdersQuestion = parameters('ListOrdersQuestion', {
  status: oneOf(OrderStatus).optional(),
  first: listSize(20),
  after: z.string().min(1).max(512).optional(),
});

/** One page of the caller's orders. */
export interface OrderListing {
  items: OrderView[];
  /** The cursor of each item. */
  cursors: string[];
  /** The cursors of the page's first and last order, including unreadable ones; null for an empty page. */
  startCursor: string | null;
  endCursor: string | null;
  /** Null on the last page. */
  nextCursor: string | null;
  isFirstPage: boolean;
  /** The missing or stale parts of the page: `items.2` is its third order. */
  degraded: Degraded[];
}

/** Lists the caller's orders. */
@Scopes('orders:read')
@Limited({ cost: 2 })
@Injectable()
export class ListOrders {
  constructor(
    private readonly orders: Orders,
    private readonly products: Products,
  ) {}

  /**
   * One page, newest first. An unreadable order is left out and named in `degraded`, so the page is shorter; cursors are not
   * affected.
   * @param selection the selected fields of each order
   * @throws {GatewayError} VALIDATION_FAILED for an invalid cursor, UPSTREAM_*
   */
  async run(
    context: Context,
    question: InputOf<typeof ListOrdersQuestion>,
    selection: Selection,
  ): Promise<OrderListing> {
    const { items: page, degraded } = await gather(context, {
      items: required(async (context) => {
        const list = await this.orders.list(context, question);
        const orders = readable(context, list.orders);
        return { ...list, items: await withProducts(context, orders, this.products, selection) };
      }),
    });
    const { items, orders, cursors, nextCursor = null } = page;
    return {
      items,
      cursors: items.length === orders.length ? cursors : cursors.filter((_, i) => !isUnreadable(orders[i]!)),
      startCursor: cursors[0] ?? null,
      endCursor: cursors.at(-1) ?? nextCursor,
      nextCursor,
      isFirstPage: question.after === undefined,
      degraded,
    };
  }
}
