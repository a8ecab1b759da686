import type { Order } from '#gateway/upstreams/orders/orders.port';
import type { DomainEvent, EventSubscriber } from '#libs/events';

/** Tracks when a client has received all moves that its orders had made before it connected. */
export class CatchUp {
  /** The status of each order at connect, until the move to it has been sent. */
  private readonly missing: Map<string, Order['status']>;

  constructor(
    orders: readonly Order[],
    private readonly to: Pick<EventSubscriber<DomainEvent>, 'behind' | 'caughtUp'>,
  ) {
    // An order in its first status has made no move.
    this.missing = new Map(orders.flatMap(({ id, status }) => (status === 'PLACED' ? [] : [[id, status]])));
    if (this.missing.size) to.behind?.();
  }

  /** Notes that the move of an order to a status has been sent, or need not be. */
  reached(orderId: string, status: string): void {
    if (this.missing.get(orderId) === status) this.ended(orderId);
  }

  /** Notes that an order has no more moves to send. */
  ended(orderId: string): void {
    if (this.missing.delete(orderId) && !this.missing.size) this.to.caughtUp?.();
  }
}
