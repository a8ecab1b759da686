import { Context, type Ending } from './context.ts';

/** A call in flight, and its context: it has the time of who started it, and ends when nobody waits any more. */
export class Flight<Answer> extends Context {
  answer!: Promise<Answer>;
  /** Whether it goes on when nobody waits: its answer is wanted all the same. */
  isDetached = false;
  private passengers = 0;

  constructor({ log, trace, caller, expiresAt, priority }: Context) {
    super({ log, trace, caller, timeoutMs: 0 });
    this.expiresAt = expiresAt;
    this.priority = priority;
  }

  override get weight(): number {
    return Math.max(1, this.passengers);
  }

  /** Whether somebody may join: it has as much time as they have, or `patienceMs`. */
  canServe({ remainingMs }: Context, patienceMs: number): boolean {
    return !this.endedBy && this.remainingMs >= Math.min(patienceMs, remainingMs);
  }

  /**
   * Waits with the others.
   * @param early resolves to what is answered instead where that is sooner, and the call goes on; to undefined for nothing
   * @throws what the call threw, or the reason of `context`
   */
  join(context: Context, early?: Promise<Answer | undefined>): Promise<Answer> {
    this.passengers += 1;
    return new Promise((resolve, reject) => {
      let hasLanded = false;
      const stopListening = context.onEnd(() => {
        // The call ends with the last who waits: its tries are told before its failure is, unless it is slow to end.
        if (this.leave(context.endedBy)) setImmediate(reject, context.reason);
        else reject(context.reason);
      });
      const land = (settle: () => void) => {
        if (hasLanded) return;
        hasLanded = true;
        stopListening();
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

  /** Goes on without anybody waiting, until its own deadline. @returns whether it may */
  detach(): boolean {
    if (!this.isDetached) this.timer ??= super.startTimer();
    this.isDetached = true;
    return true;
  }

  /** One who waited does so no more. @returns whether the call ends with them */
  private leave(by: Ending | undefined): boolean {
    this.passengers -= 1;
    if (this.passengers > 0 || this.isDetached) return false;
    this.end(by);
    return true;
  }

  /** Those who wait keep the time, each their own. */
  protected override startTimer(): NodeJS.Timeout | undefined {
    return undefined;
  }
}
