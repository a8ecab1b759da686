import { OrderStatus, OrderView } from '#gateway/features/orders/order.view';
import type { OrderStatus as Status } from '#gateway/upstreams/orders/orders.port';
import { enumeration, Shown, type ValueOf, View } from '#libs/view';
import { ID } from '@nestjs/graphql';

/** The types of notifications. */
export const NotificationType = enumeration(
  'NotificationType',
  ['ORDER_PLACED', 'ORDER_MOVED'],
  'The type of a notification.',
);

/** A notification about an order of the caller. */
@View('Notification', 'A notification about an order of the caller.')
export class NotificationView {
  @Shown(() => ID, { description: 'Increases with each notification.' })
  id!: string;

  @Shown(() => NotificationType)
  type!: ValueOf<typeof NotificationType>;

  @Shown(() => ID)
  orderId!: string;

  @Shown(() => OrderStatus, { nullable: true, description: 'The new status of a moved order.' })
  status?: Status;

  @Shown(() => OrderView, {
    nullable: true,
    joined: true,
    description: 'The current order; null if unavailable.',
  })
  order?: OrderView | null;
}
