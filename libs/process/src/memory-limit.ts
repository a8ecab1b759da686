/** How many reports in a row must be above the limit: a collection may be due. */
const REPORTS = 3;
/** A worker that has lived this long was well, in milliseconds. */
const WELL_MS = 60_000;
/** The pause after the replacement of a worker that was not, in milliseconds: the limit may be below what any worker needs. */
const PAUSE_MS = 60_000;

/** Replaces workers that use too much memory, one at a time. */
export class MemoryLimit<Worker extends object> {
  private readonly above = new WeakMap<Worker, number>();
  private isReplacing = false;
  private notBefore = 0;
  private readonly limitBytes: number;
  private readonly replace: (worker: Worker, residentBytes: number) => Promise<void>;
  private readonly now: () => number;

  /** @param replace resolves once the worker has a successor, and has ended */
  constructor(
    limitBytes: number,
    replace: (worker: Worker, residentBytes: number) => Promise<void>,
    now: () => number = () => performance.now(),
  ) {
    this.limitBytes = limitBytes;
    this.replace = replace;
    this.now = now;
  }

  /** Judges a worker by its resident memory in bytes, and by its age in milliseconds. */
  report(worker: Worker, residentBytes: number, ageMs: number): void {
    const times = residentBytes > this.limitBytes ? (this.above.get(worker) ?? 0) + 1 : 0;
    this.above.set(worker, times);
    if (times < REPORTS || this.isReplacing || this.now() < this.notBefore) return;
    this.isReplacing = true;
    void this.replace(worker, residentBytes).finally(() => {
      this.isReplacing = false;
      if (ageMs < WELL_MS) this.notBefore = this.now() + PAUSE_MS;
    });
  }
}
