import { Context, type TryRecord } from './context.ts';

/** One try of one call: it ends with its request, and can be ended alone. */
export class Attempt extends Context {
  /** Filled in by the policies it passes. */
  readonly record: Pick<TryRecord, 'queueMs' | 'breaker'> = { queueMs: 0, breaker: 'OFF' };
  /** Whether it waits for a place here: that time is not the upstream's. */
  isQueued = false;
  /** When it went to the upstream, on the clock of `performance.now()`; undefined before that. */
  sentAt: number | undefined;
  private unlink: (() => void) | undefined;
  /** Until when it may take, whenever it goes; on the clock of `performance.now()`. */
  private latest: number;

  constructor(
    private readonly parent: Context,
    /** 1 for the first; more for retries. */
    readonly number: number,
    readonly isHedge = false,
  ) {
    super({ log: parent.log, trace: parent.trace, caller: parent.caller, timeoutMs: 0 });
    this.expiresAt = parent.expiresAt;
    this.latest = parent.expiresAt;
    this.ended = parent.endedBy;
    this.priority = parent.priority;
    this.tries = parent.tries;
  }

  override get weight(): number {
    return this.parent.weight;
  }

  /** A second try of the same call beside this one: it ends when this one does, so that a call takes no longer for it. */
  rival(): Attempt {
    const rival = new Attempt(this.parent, this.number, true);
    rival.latest = this.expiresAt;
    return rival;
  }

  /** It goes to the upstream now, and has `timeoutMs` from now, but never more than its request has. */
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
