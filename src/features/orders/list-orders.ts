import { Scopes } from '#gateway/edge/auth/access';
import { Limited } from '#gateway/edge/limits/limited';
import { Orders } from '#gateway/upstreams/orders/orders.port';
import { Products } from '#gateway/upstreams/products/products.port';
import { gather, required } from '#libs/gather';
import type { Context } from '#libs/upstream';
import { type Asked, listSize, oneOf, parameters, type Wanted } from '#libs/view';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { withProducts } from './order-products.view.ts';
import { OrderStatus, type OrderView } from './order.view.ts';

/** Which of the caller's orders. */
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
  /** Null on the last page. */
  nextCursor: string | null;
  isFirstPage: boolean;
}

/** Which orders have I placed? */
@Scopes('orders:read')
@Limited({ cost: 2 })
@Injectable()
export class ListOrders {
  constructor(
    private readonly orders: Orders,
    private readonly products: Products,
  ) {}

  /**
   * One page, newest first.
   * @param wanted what of each order
   * @throws {GatewayError} VALIDATION_FAILED for a cursor that is none, UPSTREAM_*
   */
  async run(context: Context, question: Asked<typeof ListOrdersQuestion>, wanted: Wanted): Promise<OrderListing> {
    const { items: page } = await gather(context, {
      items: required(async (context) => {
        const { orders, ...cursors } = await this.orders.list(context, question);
        return { items: await withProducts(context, orders, this.products, wanted), ...cursors };
      }),
    });
    const { items, cursors, nextCursor = null } = page;
    return { items, cursors, nextCursor, isFirstPage: question.after === undefined };
  }
}
