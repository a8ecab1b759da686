/** The most calls per port that no request waits for any more. */
export const MAX_DETACHED = 16;

/** A counting semaphore without a queue. */
export class Semaphore {
  private taken = 0;

  constructor(private readonly max: number) {}

  get isFull(): boolean {
    return this.taken >= this.max;
  }

  /** Takes a permit if one is free. The caller releases it once for every `true`. */
  tryAcquire(): boolean {
    if (this.isFull) return false;
    this.taken += 1;
    return true;
  }

  release(): void {
    this.taken -= 1;
  }
}
