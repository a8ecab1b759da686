import { OrderStatus, OrderView } from '#gateway/features/orders/order.view';
import type { OrderStatus as Status } from '#gateway/upstreams/orders/orders.port';
import { enumeration, ViewField, type ValueOf, View } from '#libs/view';
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
  @ViewField(() => ID, { description: 'Increases with each notification.' })
  id!: string;

  @ViewField(() => NotificationType)
  type!: ValueOf<typeof NotificationType>;

  @ViewField(() => ID)
  orderId!: string;

  @ViewField(() => OrderStatus, { nullable: true, description: 'The new status of a moved order.' })
  status?: Status;

  @ViewField(() => OrderView, {
    nullable: true,
    joined: true,
    description: 'The current order; null if unavailable.',
  })
  order?: OrderView | null;
}
