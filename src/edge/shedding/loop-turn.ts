/**
 * Turns that are longer than this, again and again, mean that more arrives than can be answered, in milliseconds. A few dozen
 * clients that each wait for their answer may fill a turn, and that is no overload: where few came, it must be longer.
 */
const LONG_MS = { many: 30, few: 100 };
const FEW = 40;
/** So many in a row, and for so long in all: what passes is a burst, and waits. */
const LONG_TURNS = 3;
const LONG_FOR_MS = 100;
/** What may be taken on in one turn, in milliseconds: while there is too much, so that the rest hears of it soon; else. */
const WORK_MS = { overloaded: 3, otherwise: 250 };
/** It is over when nobody had to be refused for so long, in milliseconds. */
const CALM_MS = 500;

/**
 * Tells from the turns of the event loop whether more arrives than can be answered. A process with one thread reads what
 * waits in the kernel in one turn: the last of it has waited for the work of all before it, which requests in flight cannot
 * show. As in CoDel (RFC 8289) it is not one long turn that counts, but a queue that stands.
 */
export class LoopTurn {
  isOverloaded = false;
  private since: number | undefined;
  private longSince: number | undefined;
  private longTurns = 0;
  private refusedAt = 0;
  private arrivals = 0;

  constructor(
    private readonly now: () => number = () => performance.now(),
    private readonly atTurnsEnd: (end: () => void) => void = (end) => void setImmediate(end),
  ) {}

  /** Whether this turn has taken on what it can: who comes now is better refused. */
  isFull(): boolean {
    const now = this.now();
    if (this.since === undefined) {
      this.since = now;
      this.atTurnsEnd(() => this.ended());
    }
    this.arrivals += 1;
    const isFull = now - this.since > (this.isOverloaded ? WORK_MS.overloaded : WORK_MS.otherwise);
    if (isFull) this.refusedAt = now;
    return isFull;
  }

  private ended(): void {
    const now = this.now();
    const since = this.since!;
    const longMs = this.arrivals > FEW ? LONG_MS.many : LONG_MS.few;
    this.since = undefined;
    this.arrivals = 0;
    if (this.isOverloaded) {
      this.isOverloaded = now - this.refusedAt < CALM_MS;
      return;
    }
    if (now - since < longMs) {
      this.longSince = undefined;
      this.longTurns = 0;
      return;
    }
    this.longSince ??= since;
    this.longTurns += 1;
    if (this.longTurns < LONG_TURNS || now - this.longSince < LONG_FOR_MS) return;
    this.isOverloaded = true;
    this.refusedAt = now;
    this.longSince = undefined;
    this.longTurns = 0;
  }
}
