import { Scopes } from '#gateway/declare/access';
import { Limited } from '#gateway/declare/limited';
import { Orders } from '#gateway/upstreams/orders/orders.port';
import { GatewayError } from '#libs/errors';
import type { Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';

/** Checks access to a room; all other use cases of a room run it first. */
@Scopes('orders:read')
@Limited({ cost: 1 })
@Injectable()
export class EnterRoom {
  constructor(private readonly orders: Orders) {}

  /**
   * Admits callers who may read the order: its customer, and admins.
   * @throws {GatewayError} NOT_FOUND, also for another caller's order; UPSTREAM_*
   */
  async run(context: Context, orderId: string): Promise<void> {
    const order = await this.orders.byId(context, orderId);
    if (!order) throw new GatewayError('NOT_FOUND', { detail: 'There is no such order.' });
  }
}
