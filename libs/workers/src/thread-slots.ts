/** What `acquire` rejects with where too many wait; a signal may abort with any error. */
export const FULL = Symbol('full');

/** A bounded number of places, and a bounded queue for them, first come first served. */
export class ThreadSlots {
  private readonly waiting = new Set<() => void>();
  private active = 0;

  constructor(
    private readonly slots: number,
    private readonly maxQueued: number,
  ) {}

  /** The number of places that are taken. */
  get taken(): number {
    return this.active;
  }

  /** The number of those who wait. */
  get queued(): number {
    return this.waiting.size;
  }

  /** Waits for a place, which must be released. Rejects with `FULL`, or once the signal aborts. */
  acquire(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason as Error);
      if (this.active < this.slots) {
        this.active += 1;
        return resolve();
      }
      if (this.waiting.size >= this.maxQueued) return reject(FULL as never);
      const abort = (): void => {
        this.waiting.delete(start);
        reject(signal.reason as Error);
      };
      const start = (): void => {
        signal.removeEventListener('abort', abort);
        this.waiting.delete(start);
        this.active += 1;
        resolve();
      };
      signal.addEventListener('abort', abort, { once: true });
      this.waiting.add(start);
    });
  }

  /** Gives the place to the first who waits. */
  release(): void {
    this.active -= 1;
    const [next] = this.waiting;
    next?.();
  }
}
