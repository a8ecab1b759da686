interface Entry {
  dueAt: number;
  run: (() => void) | undefined;
}

/**
 * A delay queue with one timer for all entries: most are cancelled before their time, and a timer each would cost
 * more. A later entry never runs before an earlier one. Answers already received, but not yet read, are read first:
 * Node polls between timers and immediates.
 */
export class DelayQueue {
  private readonly entries: Entry[] = [];
  private timer: NodeJS.Timeout | undefined;

  /** Runs `run` after `delayMs`. @returns cancels it */
  add(delayMs: number, run: () => void): () => void {
    const entry: Entry = { dueAt: performance.now() + delayMs, run };
    this.entries.push(entry);
    this.timer ??= this.ringIn(delayMs);
    return () => void (entry.run = undefined);
  }

  private work(): void {
    this.timer = undefined;
    const now = performance.now();
    let done = 0;
    for (const { dueAt, run } of this.entries) {
      if (run && dueAt > now) break;
      done += 1;
      run?.();
    }
    this.entries.splice(0, done);
    const [next] = this.entries;
    if (next) this.timer = this.ringIn(Math.max(1, next.dueAt - performance.now()));
  }

  private ringIn(delayMs: number): NodeJS.Timeout {
    return setTimeout(() => setImmediate(() => this.work()), delayMs).unref();
  }
}
