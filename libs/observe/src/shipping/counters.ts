/** What is counted of each destination, in memory that the worker thread and the process share. */
const NAMES = ['shipped', 'refused', 'dropped', 'failedRequests', 'queuedLines', 'queuedBytes'] as const;

/** A count of a destination. */
export type CounterName = (typeof NAMES)[number];
/** The counts of a destination. */
export type ShippingCounts = Readonly<Record<CounterName, number>>;

/** Counters of destinations, by their place in the list. */
export class ShippingCounters {
  private readonly cells: BigInt64Array;

  /** @param memory made by `memoryFor` */
  constructor(memory: SharedArrayBuffer) {
    this.cells = new BigInt64Array(memory);
  }

  static memoryFor(destinations: number): SharedArrayBuffer {
    return new SharedArrayBuffer((1 + destinations * NAMES.length) * BigInt64Array.BYTES_PER_ELEMENT);
  }

  add(destination: number, name: CounterName, count = 1): void {
    Atomics.add(this.cells, this.cellOf(destination, name), BigInt(count));
  }

  of(destination: number): ShippingCounts {
    const entries = NAMES.map((name) => [name, Number(Atomics.load(this.cells, this.cellOf(destination, name)))]);
    return Object.fromEntries(entries) as Record<CounterName, number>;
  }

  /** The bytes that the worker thread has taken over. */
  get receivedBytes(): number {
    return Number(Atomics.load(this.cells, 0));
  }

  receive(bytes: number): void {
    Atomics.add(this.cells, 0, BigInt(bytes));
  }

  private cellOf(destination: number, name: CounterName): number {
    return 1 + destination * NAMES.length + NAMES.indexOf(name);
  }
}
