import type { OrderMove, OrderStatus as Status } from '#gateway/upstreams/orders/orders.port';
import { DateTime, ViewField, View } from '#libs/view';
import { ID, Int } from '@nestjs/graphql';
import { OrderStatus } from './order.view.ts';

/** The statuses of an order that is not cancelled, in order. */
export const WAY: readonly Status[] = ['PLACED', 'PAID', 'PACKED', 'SHIPPED', 'DELIVERED'];

/** The progress of an order. */
@View('OrderProgress', 'The progress of an order.')
export class OrderProgressView {
  @ViewField(() => ID)
  orderId!: string;

  @ViewField(() => OrderStatus)
  status!: Status;

  @ViewField(() => Int, { nullable: true, description: '1 to `steps`; null for a cancelled order.' })
  step!: number | null;

  @ViewField(() => Int)
  steps!: number;

  @ViewField(() => Int, { nullable: true })
  percent!: number | null;

  @ViewField(() => DateTime)
  occurredAt!: string;

  @ViewField(() => Boolean, { description: 'Whether the status is final.' })
  isFinal!: boolean;

  /** Converts a move. */
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

/** Whether a status is final. */
export const isFinal = (status: Status): boolean => status === 'DELIVERED' || status === 'CANCELLED';
