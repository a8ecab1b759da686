/** So many calls of one upstream may be in flight that no request waits for any more. */
export const MAX_DETACHED = 16;

/** Bounds how many of something there are at a time. */
export class Places {
  private taken = 0;

  constructor(private readonly max: number) {}

  get isFull(): boolean {
    return this.taken >= this.max;
  }

  /** Takes a place where there is one. Every yes is followed by one `release`. */
  tryEnter(): boolean {
    if (this.isFull) return false;
    this.taken += 1;
    return true;
  }

  release(): void {
    this.taken -= 1;
  }
}
