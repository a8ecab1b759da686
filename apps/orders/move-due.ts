import type { Kysely } from 'kysely';
import type { MoveOrder } from './move-order.ts';
import type { OrdersSchema } from './schema.ts';
import { machine } from './status.ts';

/** The maximum number of orders moved in one batch. */
const BATCH = 100;

/** Moves placed orders to their next status. Due times are in the storage, so that a restart continues. */
export class MoveDue {
  /** @param now milliseconds since the epoch */
  constructor(
    private readonly db: Kysely<OrdersSchema>,
    private readonly move: MoveOrder,
    private readonly now: () => number,
  ) {}

  /** Moves the orders that are due, at most a batch, until the service stops. */
  async run(stopping: AbortSignal): Promise<void> {
    const due = await this.db
      .selectFrom('orders')
      .selectAll()
      .where('next_step_at', '<=', this.now())
      .orderBy('next_step_at')
      .limit(BATCH)
      .execute();
    for (const order of due) {
      const { step } = machine[order.status];
      if (step && !stopping.aborted) await this.move.run(order, step);
    }
  }
}
