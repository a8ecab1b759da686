import { getHeapStatistics } from 'node:v8';

/** From so much of the heap's limit on, clients are asked to close their connections; and new work is refused. */
const TIGHT = 0.92;
const FULL = 0.95;
const LOOK_MS = 250;

/** How much of what it may have the heap uses: 0 to 1. */
function heapInUse(): number {
  const { used_heap_size: used, heap_size_limit: most } = getHeapStatistics();
  return used / most;
}

/** Watches the heap: four times a second, since asking at each request would cost more than it saves. */
export class MemoryPressure {
  isTight = false;
  isFull = false;
  private readonly timer: NodeJS.Timeout;

  /** @param inUse how much of what there is is used */
  constructor(private readonly inUse: () => number = heapInUse) {
    this.timer = setInterval(() => this.look(), LOOK_MS).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Looks now. */
  look(): void {
    const inUse = this.inUse();
    this.isTight = inUse >= TIGHT;
    this.isFull = inUse >= FULL;
  }
}
