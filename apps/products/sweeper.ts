import type { Logger } from '#libs/observe';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { Reservations } from './reservations.ts';

/** Expires reservations, also without calls. */
export class Sweeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private sweep = Promise.resolve();

  constructor(
    private readonly reservations: Reservations,
    private readonly logger: Logger,
    private readonly everyMs: number,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setTimeout(() => {
      this.sweep = this.reservations
        .expireOverdue()
        .catch((error: unknown) => this.logger.error({ err: error }, 'expiring reservations failed'))
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
