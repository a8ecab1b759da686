/**
 * Shares the event loop among long pieces of work: each turn of the loop is given to one of those that wait, in the order
 * in which they came. What else the process does waits for one step of them at most, however many there are.
 */
export class FairTurns {
  private readonly waiting: (() => void)[] = [];
  private isScheduled = false;

  /** Resolves when it is this caller's turn. */
  take(): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    setImmediate(() => {
      this.isScheduled = false;
      this.waiting.shift()?.();
      if (this.waiting.length) this.schedule();
    });
  }
}
