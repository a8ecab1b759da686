/** The orders that one stream watches, each once, until its watch ends: a stream may be open for longer than many orders. */
export class OrderWatches {
  private readonly stops = new Map<string, () => void>();
  private isClosed = false;

  /** @param watch watches an order, calls `onEnd` when its watch ends by itself, and returns what stops it */
  constructor(private readonly watch: (orderId: string, onEnd: () => void) => () => void) {}

  /** The number of orders that are watched. */
  get size(): number {
    return this.stops.size;
  }

  /** Watches an order, unless it is watched already. */
  add(orderId: string): void {
    if (this.isClosed || this.stops.has(orderId)) return;
    this.stops.set(orderId, () => {});
    const stop = this.watch(orderId, () => this.stops.delete(orderId));
    // It may have ended at once.
    if (this.stops.has(orderId)) this.stops.set(orderId, stop);
  }

  /** Stops all watches. */
  close(): void {
    this.isClosed = true;
    for (const stop of this.stops.values()) stop();
    this.stops.clear();
  }
}
