import { Scopes } from '#gateway/declare/access';
import { withItsProducts } from '#gateway/features/orders/order-products.join';
import type { OrderView } from '#gateway/features/orders/order.view';
import { Orders } from '#gateway/upstreams/orders/orders.port';
import { Products } from '#gateway/upstreams/products/products.port';
import { joined } from '#libs/gather';
import type { Context } from '#libs/upstream';
import type { Selection } from '#libs/view';
import { Injectable } from '@nestjs/common';
import type { NotificationView } from './notification.view.ts';

/** Reads the order of a notification. */
@Scopes('orders:read')
@Injectable()
export class ShowNotification {
  constructor(
    private readonly orders: Orders,
    private readonly products: Products,
  ) {}

  /** The notification with its current order, if selected; an unavailable order is null and named in `degraded`. */
  async run(context: Context, notification: NotificationView, selection: Selection): Promise<NotificationView> {
    const orderSelection = selection.at('order');
    if (orderSelection === undefined) return notification;
    // A cached order may be older than the event.
    context.bypassCache();
    return { ...notification, order: await this.order(context, notification.orderId, orderSelection) };
  }

  private async order(context: Context, id: string, selection: Selection): Promise<OrderView | null> {
    const order = await joined(context, 'order', async (context) => {
      const found = await this.orders.byId(context, id);
      return found && withItsProducts(context, found, this.products, selection);
    });
    return order ?? null;
  }
}
