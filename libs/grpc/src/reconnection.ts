/** After a connection could not be made, how long until the next is tried with no call that waits; twice as long each time. */
const FIRST_DELAY_MS = 100;
const MAX_DELAY_MS = 1_000;
/** An address that nobody has called for so long is not connected to, in milliseconds. */
const DEMAND_MS = 30_000;

/** Tries again to connect to an address that was called lately, so that it is connected before the next call. */
export class Reconnection {
  /** How often in a row no connection could be made. */
  private failures = 0;
  private demandedAt = -Infinity;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly connect: () => void) {}

  /** Whether no connection could be made of late. */
  get hasFailed(): boolean {
    return this.failures > 0;
  }

  /** A call wants a connection. */
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

  /** There is a connection. @returns whether there was none before */
  succeeded(): boolean {
    const { hasFailed } = this;
    this.failures = 0;
    return hasFailed;
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}
