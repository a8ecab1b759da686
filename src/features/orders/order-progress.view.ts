import type { OrderMove, OrderStatus as Status } from '#gateway/upstreams/orders/orders.port';
import { DateTime, Shown, View } from '#libs/view';
import { ID, Int } from '@nestjs/graphql';
import { OrderStatus } from './order.view.ts';

/** The way of an order that nothing happens to. */
const WAY: readonly Status[] = ['PLACED', 'PAID', 'PACKED', 'SHIPPED', 'DELIVERED'];

/** How far an order has come. */
@View('OrderProgress', 'How far an order has come.')
export class OrderProgressView {
  @Shown(() => ID)
  orderId!: string;

  @Shown(() => OrderStatus)
  status!: Status;

  @Shown(() => Int, { nullable: true, description: '1 to `steps`; null for an order that is off the way.' })
  step!: number | null;

  @Shown(() => Int)
  steps!: number;

  @Shown(() => Int, { nullable: true })
  percent!: number | null;

  @Shown(() => DateTime)
  occurredAt!: string;

  @Shown(() => Boolean, { description: 'Whether it can move no further.' })
  isFinal!: boolean;

  /** A move as clients are told. */
  static of({ orderId, status, occurredAt }: OrderMove): OrderProgressView {
    const step = WAY.indexOf(status) + 1;
    const percent = Math.round(((step - 1) / (WAY.length - 1)) * 100);
    return {
      orderId,
      status,
      step: step || null,
      steps: WAY.length,
      percent: step ? percent : null,
      occurredAt,
      isFinal: isFinal(status),
    };
  }
}

/** Whether an order can move no further. */
export const isFinal = (status: Status): boolean => status === 'DELIVERED' || status === 'CANCELLED';
