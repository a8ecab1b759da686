import { Context } from './context.ts';

/** A call in flight, and its context: it has the time of who started it, and ends when nobody waits any more. */
export class Flight<Answer> extends Context {
  answer!: Promise<Answer>;
  private passengers = 0;

  constructor({ log, traceparent, caller, expiresAt, priority }: Context) {
    super({ log, traceparent, caller, timeoutMs: 0 });
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

  /** Waits with the others. @throws what the call threw, or the reason of `context` */
  join(context: Context): Promise<Answer> {
    this.passengers += 1;
    return new Promise((resolve, reject) => {
      const stopListening = context.onEnd(() => {
        this.passengers -= 1;
        if (this.passengers > 0) return reject(context.reason);
        // The call ends with the last who waits: its tries are told before its failure is, unless it is slow to end.
        this.end(context.endedBy);
        setImmediate(reject, context.reason);
      });
      const land = () => {
        stopListening();
        context.tries.push(...this.tries);
      };
      this.answer.then(
        (answer) => (land(), resolve(answer)),
        (error: unknown) => (land(), reject(error as Error)),
      );
    });
  }

  /** Those who wait keep the time, each their own. */
  protected override startTimer(): undefined {
    return undefined;
  }
}
