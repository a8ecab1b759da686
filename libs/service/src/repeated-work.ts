import type { Logger } from '#libs/observe';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { RepeatedFailures } from './repeated-failures.ts';

/** Repeats work while the service runs, one run after another, and logs failures as `RepeatedFailures` does. */
export class RepeatedWork implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly failures: RepeatedFailures;
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private last = Promise.resolve();

  /**
   * @param name what is logged of it, as `moving orders`
   * @param everyMs the time between the end of a run and the next one, in milliseconds
   * @param run is given a signal that says when the service stops
   */
  constructor(
    logger: Logger,
    name: string,
    private readonly everyMs: number,
    private readonly run: (stopping: AbortSignal) => Promise<unknown>,
  ) {
    this.failures = new RepeatedFailures(logger, name);
  }

  onApplicationBootstrap(): void {
    const { signal } = this.stopping;
    this.timer = setTimeout(() => {
      this.last = this.run(signal)
        .then(
          () => this.failures.succeeded(),
          (error: unknown) => this.failures.failed(error),
        )
        .then(() => void (signal.aborted || this.timer!.refresh()));
    }, this.everyMs).unref();
  }

  /** Resolves once the current run has ended. */
  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    clearTimeout(this.timer);
    await this.last;
  }
}
