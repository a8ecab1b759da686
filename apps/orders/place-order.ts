import { randomUUID } from 'node:crypto';
import { attempt, isDuplicate, type StorageTransaction, transact } from '#libs/storage';
import type { Kysely } from 'kysely';
import type { Placing } from './requests.ts';
import type { OrderRow, OrdersSchema } from './schema.ts';

/** Places orders. */
export class PlaceOrder {
  /**
   * @param stepMs the time until the clock moves a placed order
   * @param now milliseconds since the epoch
   */
  constructor(
    private readonly db: Kysely<OrdersSchema>,
    private readonly stepMs: number,
    private readonly now: () => number,
  ) {}

  /** Places an order in one transaction; returns the earlier order if the user has already used this request id. */
  async run(userId: string, placing: Placing): Promise<OrderRow> {
    const order = this.newOrder(userId, placing);
    return transact(this.db, async (transaction) => {
      try {
        // Of two concurrent calls, the unique index accepts one; the other waits for it, and then finds its order. The
        // savepoint lets its transaction go on after the refused row.
        await attempt(transaction, (part) => part.insertInto('orders').values(order).execute());
      } catch (error) {
        if (isDuplicate(error)) return placedBefore(transaction, order);
        throw error;
      }
      const { id: order_id, sequence, status, placed_at: occurred_at } = order;
      await transaction.insertInto('moves').values({ order_id, sequence, status, occurred_at }).execute();
      return order;
    });
  }

  private newOrder(userId: string, { requestId, reservationId, lines }: Placing): OrderRow {
    const placedAt = this.now();
    return {
      id: randomUUID(),
      user_id: userId,
      status: 'PLACED',
      total_minor: lines.reduce((total, { quantity, unitPrice }) => total + quantity * unitPrice.amountMinor, 0),
      currency: lines[0]!.unitPrice.currency,
      placed_at: placedAt,
      lines: JSON.stringify(lines),
      reservation_id: reservationId,
      request_id: requestId || null,
      sequence: 1,
      next_step_at: placedAt + this.stepMs,
    };
  }
}

function placedBefore(
  transaction: StorageTransaction<OrdersSchema>,
  { user_id, request_id }: OrderRow,
): Promise<OrderRow> {
  return transaction
    .selectFrom('orders')
    .selectAll()
    .where('user_id', '=', user_id)
    .where('request_id', '=', request_id)
    .executeTakeFirstOrThrow();
}
