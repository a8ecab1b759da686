import { Scopes } from '#gateway/declare/access';
import { Limited } from '#gateway/declare/limited';
import { Orders } from '#gateway/upstreams/orders/orders.port';
import { Products } from '#gateway/upstreams/products/products.port';
import { GatewayError } from '#libs/errors';
import { type Context, DetachedWork } from '#libs/upstream';
import { type Asked, id, input, Wanted } from '#libs/view';
import { Injectable } from '@nestjs/common';
import { resultWithProducts } from './order-products.join.ts';
import { type OrderResult, refused } from './order-result.view.ts';

/** Which order. */
export const CancelOrderInput = input('CancelOrderInput', { id: id() });

/** Cancel my order. */
@Scopes('orders:write')
@Limited({ cost: 4 })
@Injectable()
export class CancelOrder {
  constructor(
    private readonly orders: Orders,
    private readonly products: Products,
    private readonly work: DetachedWork,
  ) {}

  /**
   * Cancels an order and puts its goods back; again, it answers the same.
   * @param wanted what of the order
   * @throws {GatewayError} NOT_FOUND, for somebody else's too; UPSTREAM_* for the order
   */
  async run(
    context: Context,
    { id: orderId }: Asked<typeof CancelOrderInput>,
    wanted: Wanted = Wanted.leaf,
  ): Promise<OrderResult> {
    const result = await this.work.run(context, (detached) => this.write(detached, orderId));
    return resultWithProducts(context, result, this.products, wanted);
  }

  private async write(context: Context, orderId: string): Promise<OrderResult> {
    try {
      const order = await this.orders.cancel(context, orderId);
      // The order is cancelled whatever becomes of the goods; to cancel again is to try them again.
      if (order.reservationId) await this.products.release(context, order.reservationId).catch(() => undefined);
      return { order };
    } catch (error) {
      if (!(error instanceof GatewayError) || error.code !== 'NOT_CANCELLABLE') throw error;
      return refused('NOT_CANCELLABLE', 'The order has gone too far to be cancelled.');
    }
  }
}
