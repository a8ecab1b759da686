import type { RepeatedFailures } from '#libs/service';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { Reservations } from './reservations.ts';

/** Expires reservations, also without calls. */
export class Sweeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private sweep = Promise.resolve();

  constructor(
    private readonly reservations: Reservations,
    private readonly failures: RepeatedFailures,
    private readonly everyMs: number,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setTimeout(() => {
      this.sweep = this.reservations
        .expireOverdue()
        .then(
          () => this.failures.succeeded(),
          (error: unknown) => this.failures.failed(error),
        )
        .then(() => void this.timer?.refresh());
    }, this.everyMs).unref();
  }

  /** Resolves once the current sweep has ended. */
  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.sweep;
  }
}
