interface Due {
  at: number;
  order: number;
  run: (() => void) | undefined;
}

/** What `setTimeout` returns. */
class VirtualTimer {
  constructor(readonly due: Due) {}
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
}

const realTurn = setImmediate;

/**
 * A clock that goes as fast as its events are handled. It takes the place of `performance.now`, `setTimeout` and
 * `setImmediate` of its thread, so that code that knows nothing of it runs on it unchanged; a thread must have no other work.
 */
export class VirtualClock {
  private nowMs = 0;
  private last = 0;
  /** A binary heap, the earliest first. */
  private readonly heap: Due[] = [];

  /** Replaces the timers of this thread. */
  install(): void {
    performance.now = () => this.nowMs;
    const start = (run: (...args: unknown[]) => void, delayMs: number, args: unknown[]) =>
      new VirtualTimer(this.at(this.nowMs + delayMs, () => run(...args)));
    const stop = (timer: VirtualTimer | undefined) => {
      if (timer) timer.due.run = undefined;
    };
    Object.assign(globalThis, {
      // Node's shortest delay is a millisecond.
      setTimeout: (run: () => void, delayMs = 1, ...args: unknown[]) => start(run, Math.max(1, delayMs), args),
      setImmediate: (run: () => void, ...args: unknown[]) => start(run, 0, args),
      clearTimeout: stop,
      clearImmediate: stop,
    });
  }

  /** The virtual time, in milliseconds. */
  get now(): number {
    return this.nowMs;
  }

  /** Calls `run` at a time; those of one time in the order they were added. @returns clear `run` of it to cancel it */
  at(time: number, run: () => void): Due {
    const due: Due = { at: Math.max(time, this.nowMs), order: (this.last += 1), run };
    let place = this.heap.push(due) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!isEarlier(due, this.heap[parent]!)) break;
      this.heap[place] = this.heap[parent]!;
      place = parent;
    }
    this.heap[place] = due;
    return due;
  }

  /** Handles events until there are none. What promises do after an event happens before the next. */
  async run(): Promise<void> {
    for (let due = this.pop(); due; due = this.pop()) {
      if (!due.run) continue;
      this.nowMs = due.at;
      due.run();
      await new Promise((resolve) => void realTurn(resolve));
    }
  }

  private pop(): Due | undefined {
    const [first] = this.heap;
    const moved = this.heap.pop();
    if (!first || !moved || first === moved) return first;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= this.heap.length) break;
      if (child + 1 < this.heap.length && isEarlier(this.heap[child + 1]!, this.heap[child]!)) child += 1;
      if (!isEarlier(this.heap[child]!, moved)) break;
      this.heap[place] = this.heap[child]!;
      place = child;
    }
    this.heap[place] = moved;
    return first;
  }
}

const isEarlier = (a: Due, b: Due): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
