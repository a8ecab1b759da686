import { Context, type TryRecord } from './context.ts';

/** The tolerance for clock differences, in milliseconds: the service keeps the same deadline, and may report it first. */
const TOLERANCE_MS = 5;

/** The context of one try of a call: it ends with its request, and can be ended alone. */
export class Attempt extends Context {
  /** Filled in by the policies that the try passes. */
  readonly record: Pick<TryRecord, 'queueMs' | 'breaker'> = { queueMs: 0, breaker: 'OFF' };
  /** Whether it waits to be sent, for a place or a probe: that time is not the upstream's. */
  isQueued = false;
  /** When it was sent to the upstream, by `performance.now()`; undefined before. */
  sentAt: number | undefined;
  private unlink: (() => void) | undefined;
  /** The latest time at which it ends, by `performance.now()`. */
  private latest: number;

  constructor(
    private readonly parent: Context,
    /** 1 for the first; more for retries. */
    readonly number: number,
    readonly isHedge = false,
  ) {
    super({ log: parent.log, trace: parent.trace, caller: parent.caller, timeoutMs: 0, span: parent.span });
    this.expiresAt = parent.expiresAt;
    this.latest = parent.expiresAt;
    this.ended = parent.endedBy;
    this.priority = parent.priority;
    this.tries = parent.tries;
  }

  override get weight(): number {
    return this.parent.weight;
  }

  /**
   * Whether its request gave it up, before the upstream had its time: clients choose their deadline, so this says nothing about
   * the upstream.
   * @param timeoutMs the time the upstream has, in milliseconds
   */
  wasGivenUpBefore(timeoutMs: number): boolean {
    if (this.sentAt === undefined) return true;
    const isByOthers = this.endedBy === 'client' || this.endedBy === 'rival';
    const isOver = isByOthers || this.parent.endedBy !== undefined || this.parent.remainingMs < TOLERANCE_MS;
    return isOver && performance.now() - this.sentAt < timeoutMs;
  }

  /** Makes a concurrent second try of the same call. It ends when this one does, so that it never prolongs the call. */
  rival(): Attempt {
    const rival = new Attempt(this.parent, this.number, true);
    rival.latest = this.expiresAt;
    return rival;
  }

  /** Starts the try's own deadline: `timeoutMs` from now, but not beyond that of its request. */
  limit(timeoutMs: number): void {
    this.sentAt = performance.now();
    this.expiresAt = Math.min(this.latest, this.sentAt + timeoutMs);
  }

  override onEnd(listener: () => void): () => void {
    this.unlink ??= this.parent.onEnd(() => this.end(this.parent.endedBy));
    return super.onEnd(listener);
  }

  override settle(): void {
    super.settle();
    this.unlink?.();
  }

  protected override startTimer(): NodeJS.Timeout | undefined {
    return this.expiresAt < this.parent.expiresAt ? super.startTimer() : undefined;
  }
}
