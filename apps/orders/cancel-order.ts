import { type CallContext, Refusal } from '#libs/service';
import { status as Code } from '@grpc/grpc-js';
import type { MoveOrder } from './move-order.ts';
import type { OrderBook } from './order-book.ts';
import type { OrderRow } from './schema.ts';
import { machine } from './status.ts';
import { visibleOrder } from './visible-order.ts';

/** Cancels orders that are not yet shipped. */
export class CancelOrder {
  constructor(
    private readonly book: OrderBook,
    private readonly move: MoveOrder,
  ) {}

  /**
   * Cancels an order; an order that is already cancelled is returned unchanged.
   * @throws {Refusal} NOT_FOUND, or NOT_CANCELLABLE once it is shipped
   */
  async run(context: CallContext, id: string): Promise<OrderRow> {
    const order = await visibleOrder(context, this.book, id);
    if (order.status === 'CANCELLED') return order;
    if (!machine[order.status].isCancellable) throw notCancellable(order);
    // If the clock has moved the order meanwhile, retry. This terminates, because orders only move forward.
    context.throwIfEnded();
    return (await this.move.run(order, 'CANCELLED')) ?? this.run(context, id);
  }
}

function notCancellable({ status }: OrderRow): Refusal {
  const message = `An order that is ${status} cannot be cancelled`;
  return new Refusal(Code.FAILED_PRECONDITION, 'NOT_CANCELLABLE', message, { metadata: { status } });
}
