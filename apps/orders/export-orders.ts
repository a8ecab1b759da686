import { FairTurns } from '#libs/process';
import { type CallContext, invalidField, isId } from '#libs/service';
import type { OrderBook } from './order-book.ts';
import type { Position } from './page-token.ts';
import type { OrderRow } from './schema.ts';
import { visibleOwner } from './visible-order.ts';

/** The number of orders that are read first: a client sees its first row as soon as that of a page. */
const FIRST_ROWS = 20;

/** The number of orders that are read at once after that. */
const ROWS = 50;

/** Reads all orders that a caller may see. */
export class ExportOrders {
  /** Exports take turns, so that other calls do not wait for the queries of all of them. */
  private readonly turns = new FairTurns();

  constructor(private readonly book: OrderBook) {}

  /**
   * Yields orders, newest first, in batches of one or more. Each batch is a query of its own that continues after the
   * last row, made when it is asked for: between two of them nothing of the storage is held.
   * @param afterOrderId the id of an order to continue after; empty for all
   * @throws {Refusal} INVALID_ARGUMENT if the caller has no such order, or the reason of the call's end
   */
  async *run(context: CallContext, afterOrderId: string): AsyncGenerator<OrderRow[]> {
    const owner = visibleOwner(context);
    let after = afterOrderId === '' ? undefined : await this.positionOf(afterOrderId, owner);
    for (let limit = FIRST_ROWS; ; limit = ROWS) {
      context.throwIfEnded();
      const rows = await this.book.exported({ owner, after, limit });
      if (rows.length) yield rows;
      if (rows.length < limit) return;
      after = rows.at(-1);
      await this.turns.take();
    }
  }

  private async positionOf(id: string, owner: string | undefined): Promise<Position> {
    const [order] = isId(id) ? await this.book.byIds([id], owner) : [];
    if (!order) throw invalidField('after_order_id', 'is not the id of an order of this export');
    return order;
  }
}
