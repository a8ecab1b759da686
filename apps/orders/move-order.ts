import { transact } from '#libs/storage';
import type { Kysely } from 'kysely';
import type { MoveBell } from './move-bell.ts';
import type { OrderRow, OrdersSchema } from './schema.ts';
import { isFinal, type Status } from './status.ts';

/** Moves orders from one status to the next, and records each move. */
export class MoveOrder {
  /**
   * @param stepMs the time until the clock moves an order further
   * @param now milliseconds since the epoch
   */
  constructor(
    private readonly db: Kysely<OrdersSchema>,
    private readonly bell: MoveBell,
    private readonly stepMs: number,
    private readonly now: () => number,
  ) {}

  /** Moves an order; undefined if it has changed since it was read. The caller checks the transition first. */
  async run(order: OrderRow, to: Status): Promise<OrderRow | undefined> {
    const moved = await transact(this.db, async (transaction) => {
      const now = this.now();
      const change = { status: to, sequence: order.sequence + 1, next_step_at: this.nextStepAt(order, to, now) };
      const { numUpdatedRows } = await transaction
        .updateTable('orders')
        .set(change)
        .where('id', '=', order.id)
        .where('status', '=', order.status)
        .where('sequence', '=', order.sequence)
        .executeTakeFirst();
      if (!numUpdatedRows) return undefined;
      const row = { ...order, ...change };
      const { id: order_id, sequence, status } = row;
      await transaction.insertInto('moves').values({ order_id, sequence, status, occurred_at: now }).execute();
      return row;
    });
    if (moved) this.bell.ring(moved.id);
    return moved;
  }

  private nextStepAt(order: OrderRow, to: Status, now: number): number | null {
    return isFinal(to) || order.next_step_at === null ? null : now + this.stepMs;
  }
}
