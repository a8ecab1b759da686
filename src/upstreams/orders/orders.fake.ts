import { GatewayError } from '#libs/errors';
import type { Context } from '#libs/upstream';
import { type NewOrder, type Order, type OrderList, type OrderListQuestion, Orders } from './orders.port.ts';

/** An order, and whose it is. */
export interface OwnedOrder extends Order {
  ownerId: string;
}

/** Orders in memory, keeping every promise of the port. For specs. */
export class OrdersFake extends Orders {
  private readonly placed = new Map<string, Order>();

  /** @param orders the oldest first */
  constructor(readonly orders: OwnedOrder[] = []) {
    super();
  }

  async recent(context: Context, first: number): Promise<Order[]> {
    return this.of(context).slice(0, first);
  }

  async list(context: Context, { status, first, after }: OrderListQuestion): Promise<OrderList> {
    const matching = this.of(context).filter((order) => !status || order.status === status);
    const start = after === undefined ? 0 : matching.findIndex(({ id }) => id === after) + 1;
    if (after !== undefined && start === 0) throw new GatewayError('VALIDATION_FAILED');
    const orders = matching.slice(start, start + first);
    const cursors = orders.map(({ id }) => id);
    return { orders, cursors, nextCursor: start + first < matching.length ? cursors.at(-1) : undefined };
  }

  async byIds(context: Context, ids: readonly string[]): Promise<Order[]> {
    return this.of(context).filter(({ id }) => ids.includes(id));
  }

  async place({ caller }: Context, { requestId, reservationId, lines }: NewOrder): Promise<Order> {
    const key = `${caller.id} ${requestId}`;
    const before = this.placed.get(key);
    if (before) return before;
    const amountMinor = lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice.amountMinor, 0);
    const order: OwnedOrder = {
      id: `new-${this.orders.length + 1}`,
      ownerId: caller.id!,
      status: 'PLACED',
      total: { amountMinor, currency: lines[0]!.unitPrice.currency },
      placedAt: new Date().toISOString(),
      lines,
      reservationId,
    };
    this.orders.push(order);
    this.placed.set(key, order);
    return order;
  }

  async cancel(context: Context, id: string): Promise<Order> {
    const order = this.of(context).find((one) => one.id === id);
    if (!order) throw new GatewayError('NOT_FOUND');
    if (['SHIPPED', 'DELIVERED'].includes(order.status)) throw new GatewayError('NOT_CANCELLABLE');
    order.status = 'CANCELLED';
    return order;
  }

  private of({ caller }: Context): Order[] {
    return this.orders.filter(({ ownerId }) => ownerId === caller.id).reverse();
  }
}
