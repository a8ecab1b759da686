import { Scopes } from '#gateway/declare/access';
import { Refuses } from '#gateway/declare/refusals';
import { Activity } from '#gateway/declare/activity';
import { Limited } from '#gateway/declare/limited';
import { Orders } from '#gateway/upstreams/orders/orders.port';
import { Products } from '#gateway/upstreams/products/products.port';
import { GatewayError } from '#libs/errors';
import { type Context, DetachedWork } from '#libs/upstream';
import { type InputOf, id, input, Selection } from '#libs/view';
import { Injectable } from '@nestjs/common';
import { resultWithProducts } from './order-products.join.ts';
import { acceptedOrder, acceptedOrderId, type OrderResult, refused } from './order-result.view.ts';

/** The input of a cancellation. */
export const CancelOrderInput = input('CancelOrderInput', { id: id() });

/** Cancels an order of the caller. */
@Scopes('orders:write')
@Limited({ cost: 4 })
@Activity({ event: 'order.cancelled', aboutOf: acceptedOrder, onceBy: acceptedOrderId })
@Refuses('NOT_FOUND', 'NOT_CANCELLABLE')
@Injectable()
export class CancelOrder {
  constructor(
    private readonly orders: Orders,
    private readonly products: Products,
    private readonly work: DetachedWork,
  ) {}

  /**
   * Cancels an order and returns its goods to stock. Idempotent.
   * @param selection the selected fields of the order
   * @throws {GatewayError} NOT_FOUND, also for another caller's order; UPSTREAM_* of the orders service
   */
  async run(
    context: Context,
    { id: orderId }: InputOf<typeof CancelOrderInput>,
    selection: Selection = Selection.leaf,
  ): Promise<OrderResult> {
    const result = await this.work.run(context, (detached) => this.write(detached, orderId));
    return resultWithProducts(context, result, this.products, selection);
  }

  private async write(context: Context, orderId: string): Promise<OrderResult> {
    try {
      const order = await this.orders.cancel(context, orderId);
      // A failed release does not fail the cancellation; cancelling again retries it.
      if (order.reservationId) await this.products.release(context, order.reservationId).catch(() => undefined);
      return { order };
    } catch (error) {
      if (!(error instanceof GatewayError) || error.code !== 'NOT_CANCELLABLE') throw error;
      return refused('NOT_CANCELLABLE', 'The order has gone too far to be cancelled.');
    }
  }
}
