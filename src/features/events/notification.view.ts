import { OrderStatus, OrderView } from '#gateway/features/orders/order.view';
import type { OrderStatus as Status } from '#gateway/upstreams/orders/orders.port';
import { enumeration, Shown, type ValueOf, View } from '#libs/view';
import { ID } from '@nestjs/graphql';

/** What can happen to the caller's things. */
export const NotificationType = enumeration(
  'NotificationType',
  ['ORDER_PLACED', 'ORDER_MOVED'],
  "What happened to the caller's things.",
);

/** Something that happened to the caller's things. */
@View('Notification', "Something that happened to the caller's things.")
export class NotificationView {
  @Shown(() => ID, { description: 'Grows from one to the next.' })
  id!: string;

  @Shown(() => NotificationType)
  type!: ValueOf<typeof NotificationType>;

  @Shown(() => ID)
  orderId!: string;

  @Shown(() => OrderStatus, { nullable: true, description: 'Where an order has moved to.' })
  status?: Status;

  @Shown(() => OrderView, {
    nullable: true,
    joined: true,
    description: 'The order as it is now; null where it cannot be had.',
  })
  order?: OrderView | null;
}
