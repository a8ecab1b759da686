/** The delay between a failed connection and the next attempt without a waiting call; doubled each time. */
const FIRST_DELAY_MS = 100;
const MAX_DELAY_MS = 1_000;
/** An address without calls for this time is not reconnected, in milliseconds. */
const DEMAND_MS = 30_000;

/** Reconnects to a recently called address, so that it is connected before the next call. */
export class Reconnection {
  /** The number of consecutive failed connections. */
  private failures = 0;
  private demandedAt = -Infinity;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly connect: () => void) {}

  /** Whether the last connection attempt failed. */
  get hasFailed(): boolean {
    return this.failures > 0;
  }

  /** Called when a call needs a connection. */
  demand(): void {
    this.demandedAt = performance.now();
  }

  failed(): void {
    this.failures += 1;
    clearTimeout(this.timer);
    const delayMs = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (this.failures - 1));
    this.timer = setTimeout(() => {
      if (performance.now() - this.demandedAt < DEMAND_MS) this.connect();
      else this.failures = 0;
    }, delayMs).unref();
  }

  /** Called when a connection is established. @returns whether attempts had failed before */
  succeeded(): boolean {
    const { hasFailed } = this;
    this.failures = 0;
    return hasFailed;
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}
