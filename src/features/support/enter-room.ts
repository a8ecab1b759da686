import { Scopes } from '#gateway/declare/access';
import { Limited } from '#gateway/declare/limited';
import { Orders } from '#gateway/upstreams/orders/orders.port';
import { GatewayError } from '#libs/errors';
import type { Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';

/** May I be in this room? Everything else in a room asks this first. */
@Scopes('orders:read')
@Limited({ cost: 1 })
@Injectable()
export class EnterRoom {
  constructor(private readonly orders: Orders) {}

  /**
   * The room of an order is for who may see it: its customer, and admins.
   * @throws {GatewayError} NOT_FOUND, for somebody else's too; UPSTREAM_*
   */
  async run(context: Context, orderId: string): Promise<void> {
    const order = await this.orders.byId(context, orderId);
    if (!order) throw new GatewayError('NOT_FOUND', { detail: 'There is no such order.' });
  }
}
