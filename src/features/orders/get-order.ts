import { Scopes } from '#gateway/declare/access';
import { Refuses } from '#gateway/declare/refusals';
import { Limited } from '#gateway/declare/limited';
import { Orders } from '#gateway/upstreams/orders/orders.port';
import { Products } from '#gateway/upstreams/products/products.port';
import { GatewayError } from '#libs/errors';
import { gather, required } from '#libs/gather';
import type { Context } from '#libs/upstream';
import { Selection } from '#libs/view';
import { Injectable } from '@nestjs/common';
import type { OrderPageView } from './order-page.view.ts';
import { withItsProducts } from './order-products.join.ts';

/** Reads the page of an order. */
@Scopes('orders:read')
@Limited({ cost: 2 })
@Refuses('NOT_FOUND')
@Injectable()
export class GetOrder {
  constructor(
    private readonly orders: Orders,
    private readonly products: Products,
  ) {}

  /**
   * The order, with the products of its lines if selected.
   * @throws {GatewayError} NOT_FOUND, also for another caller's order; UPSTREAM_* of the orders service
   */
  run(context: Context, id: string, selection: Selection): Promise<OrderPageView> {
    return gather(context, {
      order: required(async (context) => {
        const order = await this.orders.byId(context, id);
        if (!order) throw new GatewayError('NOT_FOUND', { detail: 'There is no such order.' });
        return withItsProducts(context, order, this.products, selection.at('order') ?? Selection.leaf);
      }),
    });
  }
}
