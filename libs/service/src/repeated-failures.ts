import type { Logger } from '#libs/observe';

/** The shortest time between two lines about failures, in milliseconds. */
const EVERY_MS = 60_000;

/**
 * Logs the failures of work that repeats by itself several times a second: the first one, at most one a minute while they go on, and
 * once that the work succeeds again.
 */
export class RepeatedFailures {
  private failures = 0;
  private loggedAt = -Infinity;
  private isLogged = false;

  /** @param work what fails, as `moving orders` */
  constructor(
    private readonly logger: Logger,
    private readonly work: string,
  ) {}

  /** To be called after each failure. */
  failed(error: unknown): void {
    this.failures += 1;
    const now = performance.now();
    if (now - this.loggedAt < EVERY_MS) return;
    this.loggedAt = now;
    this.isLogged = true;
    this.logger.error({ err: error, failures: this.failures }, `${this.work} failed`);
  }

  /** To be called after each success. */
  succeeded(): void {
    if (this.isLogged) this.logger.info({ failures: this.failures }, `${this.work} succeeds again`);
    this.isLogged = false;
    this.failures = 0;
  }
}
