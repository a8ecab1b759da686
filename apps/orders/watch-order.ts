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
   * Yields every move after `afterSequence`, once and in order, up to the final one. All moves are read from the
   * storage, and the bell only triggers the reads, so that no move is missed.
   * @throws {Refusal} NOT_FOUND, or the reason of the call's end
   */
  async *run(context: CallContext, id: string, afterSequence: number): AsyncGenerator<MoveRow> {
    const order = await visibleOrder(context, this.book, id);
    if (isFinal(order.status) && order.sequence <= afterSequence) return;
    // A sequence in the future must not hide the final move, which ends the watch.
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
