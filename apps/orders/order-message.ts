import type { orders } from '#libs/contracts';
import type { MoveRow, OrderRow } from './schema.ts';
import { toProto } from './status.ts';

/** An order as its proto message. */
export function toMessage(row: OrderRow): orders.Order {
  return {
    id: row.id,
    userId: row.user_id,
    status: toProto(row.status),
    total: { amountMinor: row.total_minor, currency: row.currency },
    placedAt: new Date(row.placed_at),
    lines: JSON.parse(row.lines) as orders.OrderLine[],
    reservationId: row.reservation_id,
  };
}

/** A move as its proto message. */
export function toMoveMessage({ order_id, sequence, status, occurred_at }: MoveRow): orders.WatchOrderResponse {
  return { sequence, orderId: order_id, status: toProto(status), occurredAt: new Date(occurred_at) };
}
