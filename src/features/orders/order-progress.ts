import type { Sent } from '#gateway/edge/streams/event-stream';
import type { OrderMove, OrderStatus } from '#gateway/upstreams/orders/orders.port';

/** The way of an order that nothing happens to. */
const WAY: readonly OrderStatus[] = ['PLACED', 'PAID', 'PACKED', 'SHIPPED', 'DELIVERED'];

/** How far an order has come. */
export interface OrderProgress {
  orderId: string;
  status: OrderStatus;
  /** 1 to `steps`; null for an order that is off the way. */
  step: number | null;
  steps: number;
  percent: number | null;
  /** RFC 3339, UTC. */
  occurredAt: string;
  /** Whether it can move no further. */
  isFinal: boolean;
}

/** Whether an order can move no further. */
export const isFinal = (status: OrderStatus): boolean => status === 'DELIVERED' || status === 'CANCELLED';

/** A move as clients are told. */
export function progressOf({ orderId, status, occurredAt }: OrderMove): OrderProgress {
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

/** A move as an event: its id is its number, so that a client may come back to any gateway. */
export const eventOf = (move: OrderMove): Sent => ({
  id: String(move.sequence),
  event: 'status',
  data: progressOf(move),
});
