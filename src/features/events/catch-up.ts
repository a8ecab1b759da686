import type { Order } from '#gateway/upstreams/orders/orders.port';
import type { DomainEvent, EventSubscriber } from '#libs/events';

/** Knows when a client has been sent all that had happened to some orders when it came. */
export class CatchUp {
  /** The status that each order was found in, until the move to it has been sent. */
  private readonly missing: Map<string, Order['status']>;

  constructor(
    orders: readonly Order[],
    private readonly to: Pick<EventSubscriber<DomainEvent>, 'behind' | 'caughtUp'>,
  ) {
    // That one was placed is no move.
    this.missing = new Map(orders.flatMap(({ id, status }) => (status === 'PLACED' ? [] : [[id, status]])));
    if (this.missing.size) to.behind?.();
  }

  /** A move of an order has been sent, or is no news to the client. */
  reached(orderId: string, status: string): void {
    if (this.missing.get(orderId) === status) this.ended(orderId);
  }

  /** There is no more to come of an order. */
  ended(orderId: string): void {
    if (this.missing.delete(orderId) && !this.missing.size) this.to.caughtUp?.();
  }
}
