import { Context, type Ending } from './context.ts';

/**
 * A shared call in flight, and its context: it has the deadline of the request that started it, and ends when no
 * request waits any more.
 */
export class Flight<Answer> extends Context {
  answer!: Promise<Answer>;
  /** Whether it goes on when no request waits. */
  isDetached = false;
  private passengers = 0;

  constructor({ log, trace, caller, expiresAt, priority, span, staleAfterMs }: Context) {
    super({ log, trace, caller, timeoutMs: 0, span });
    this.expiresAt = expiresAt;
    this.priority = priority;
    this.staleAfterMs = staleAfterMs;
  }

  override get weight(): number {
    return Math.max(1, this.passengers);
  }

  /** Whether a request may join: the call has as much time left as the request, or at least `effectiveTimeoutMs`. */
  canServe({ remainingMs }: Context, effectiveTimeoutMs: number): boolean {
    return !this.endedBy && this.remainingMs >= Math.min(effectiveTimeoutMs, remainingMs);
  }

  /**
   * Waits for the shared call.
   * @param early resolves to an answer that is used instead if it comes first, while the call goes on; to undefined
   * for none
   * @throws what the call threw, or the reason of `context`
   */
  join(context: Context, early?: Promise<Answer | undefined>): Promise<Answer> {
    this.passengers += 1;
    const { upstreamWait } = context;
    upstreamWait.begin();
    return new Promise((resolve, reject) => {
      let hasLanded = false;
      const stopListening = context.onEnd(() => {
        upstreamWait.end();
        // The call ends with the last waiting request. Its tries are reported before its failure, unless it
        // is slow to end.
        if (this.leave(context.endedBy)) setImmediate(reject, context.reason);
        else reject(context.reason);
      });
      const land = (settle: () => void) => {
        if (hasLanded) return;
        hasLanded = true;
        stopListening();
        if (!context.endedBy) upstreamWait.end();
        context.tries.push(...this.tries);
        settle();
      };
      this.answer.then(
        (answer) => land(() => resolve(answer)),
        (error: unknown) => land(() => reject(error as Error)),
      );
      void early?.then((answer) => {
        if (answer === undefined || hasLanded || context.endedBy) return;
        land(() => resolve(answer));
        if (!this.detach()) this.leave('client');
      });
    });
  }

  /** Lets the call go on without a waiting request, until its own deadline. @returns whether it may */
  detach(): boolean {
    if (!this.isDetached) this.timer ??= super.startTimer();
    this.isDetached = true;
    return true;
  }

  /** Removes a waiting request. @returns whether the call ends with it */
  private leave(by: Ending | undefined): boolean {
    this.passengers -= 1;
    if (this.passengers > 0 || this.isDetached) return false;
    this.end(by);
    return true;
  }

  /** Waiting requests keep their own deadlines. */
  protected override startTimer(): NodeJS.Timeout | undefined {
    return undefined;
  }
}
