import type { RepeatedFailures } from '#libs/service';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { Kysely } from 'kysely';
import type { MoveOrder } from './move-order.ts';
import type { OrdersSchema } from './schema.ts';
import { machine } from './status.ts';

/** The maximum number of orders moved in one batch. */
const BATCH = 100;

/** Moves placed orders to their next status. Due times are in the storage, so that a restart continues. */
export class OrderClock implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private tick = Promise.resolve();

  /**
   * @param everyMs the interval of the search for due orders
   * @param now milliseconds since the epoch
   */
  constructor(
    private readonly db: Kysely<OrdersSchema>,
    private readonly move: MoveOrder,
    private readonly failures: RepeatedFailures,
    private readonly everyMs: number,
    private readonly now: () => number,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setTimeout(() => {
      this.tick = this.stepDue()
        .then(
          () => this.failures.succeeded(),
          (error: unknown) => this.failures.failed(error),
        )
        .then(() => void this.timer?.refresh());
    }, this.everyMs).unref();
  }

  /** Resolves once the current moves are done. */
  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.tick;
  }

  private async stepDue(): Promise<void> {
    const due = await this.db
      .selectFrom('orders')
      .selectAll()
      .where('next_step_at', '<=', this.now())
      .orderBy('next_step_at')
      .limit(BATCH)
      .execute();
    for (const order of due) {
      const { step } = machine[order.status];
      if (step && this.timer) await this.move.run(order, step);
    }
  }
}
