/**
 * A turn longer than this counts as long, in milliseconds. With few arrivals it must be longer: a few dozen
 * clients that wait for their answers can fill a turn without overload.
 */
const LONG_MS = { many: 30, few: 100 };
const FEW = 40;
/**
 * Overload starts after this many long turns in a row that last this long in total; anything shorter is a burst,
 * and is queued.
 */
const LONG_TURNS = 3;
const LONG_FOR_MS = 100;
/**
 * The time in which one turn admits requests, in milliseconds: short under overload, so that the rest is refused
 * quickly.
 */
const WORK_MS = { overloaded: 3, otherwise: 250 };
/** Overload ends after this time without a refusal, in milliseconds. */
const CALM_MS = 500;

/**
 * Detects overload by the length of event-loop turns. A turn reads everything that waits in the kernel, so its
 * last request has waited for all others, which the number of requests in flight cannot show. As in CoDel (RFC
 * 8289), a standing queue counts, not one long turn.
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

  /** Whether this turn has used up its time, so that a new request should be refused. */
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
