import type { CallContext } from '#libs/service';
import type { MoveBell } from './move-bell.ts';
import type { OrderBook } from './order-book.ts';
import type { MoveRow } from './schema.ts';
import { isFinal } from './status.ts';
import { visibleOrder } from './visible-order.ts';

/** Follows orders. */
export class WatchOrder {
  constructor(
    private readonly book: OrderBook,
    private readonly bell: MoveBell,
  ) {}

  /**
   * Every move after `afterSequence`, once and in order, to the last one there can be. All come from the storage,
   * and the bell only says when to look: so nothing falls between those that have happened and those to come.
   * @throws {Refusal} NOT_FOUND, or what ended the call
   */
  async *run(context: CallContext, id: string, afterSequence: number): AsyncGenerator<MoveRow> {
    const order = await visibleOrder(context, this.book, id);
    if (isFinal(order.status) && order.sequence <= afterSequence) return;
    // A sequence that is yet to come must not hide the last move, with which the watch ends.
    for (let last = Math.min(afterSequence, order.sequence); ;) {
      context.throwIfEnded();
      const heard = this.bell.heard(id, context.signal);
      for (const move of await this.book.moves(id, last)) {
        if (move.sequence > afterSequence) yield move;
        if (isFinal(move.status)) return;
        last = move.sequence;
      }
      await heard;
    }
  }
}
