import { getHeapStatistics } from 'node:v8';

/**
 * The parts of the heap limit above which clients are asked to close their connections, and new requests are
 * refused.
 */
const TIGHT = 0.92;
const FULL = 0.95;
const POLL_MS = 250;

/** The used part of the heap limit, from 0 to 1. */
function heapInUse(): number {
  const { used_heap_size: used, heap_size_limit: max } = getHeapStatistics();
  return used / max;
}

/** Samples the heap four times a second; a reading at each request would cost too much. */
export class MemoryPressure {
  isTight = false;
  isFull = false;
  private readonly timer: NodeJS.Timeout;

  /** @param inUse returns the used part of the heap limit, from 0 to 1 */
  constructor(private readonly inUse: () => number = heapInUse) {
    this.timer = setInterval(() => this.sample(), POLL_MS).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Takes a sample now. */
  sample(): void {
    const inUse = this.inUse();
    this.isTight = inUse >= TIGHT;
    this.isFull = inUse >= FULL;
  }
}
