import type { Call, CallInfo } from './call.ts';
import { Context } from './context.ts';

/**
 * Makes identical safe calls that are in flight at the same moment one call: of all callers where the answer does not
 * depend on the caller, else of the same caller ("request coalescing", nginx's proxy_cache_lock; Go's singleflight).
 * It goes on while anybody waits, and nobody waits longer than their own request allows.
 * @param patienceMs what one try may take: whoever has no more time than the call in flight makes one of their own
 */
export function coalesce<Question, Answer>(
  call: Call<Question, Answer>,
  { isSafe, scope }: Pick<CallInfo, 'isSafe' | 'scope'>,
  patienceMs: number,
): Call<Question, Answer> {
  if (!isSafe) return call;
  const flights = new Map<string, Flight<Answer>>();

  return (context, question) => {
    const key = `${scope === 'public' ? '' : whoIs(context)} ${JSON.stringify(question)}`;
    const inFlight = flights.get(key);
    if (inFlight?.canServe(context, patienceMs)) return inFlight.join(context);
    const flight = new Flight<Answer>(context);
    flight.answer = call(flight, question);
    flights.set(key, flight);
    const land = () => void (flights.get(key) === flight && flights.delete(key));
    flight.answer.then(land, land);
    return flight.join(context);
  };
}

/** A call in flight, and its context: it has the time of who started it, and ends when nobody waits any more. */
class Flight<Answer> extends Context {
  answer!: Promise<Answer>;
  private passengers = 0;

  constructor({ log, traceparent, caller, expiresAt, priority }: Context) {
    super({ log, traceparent, caller, timeoutMs: 0 });
    this.expiresAt = expiresAt;
    this.priority = priority;
  }

  canServe({ remainingMs }: Context, patienceMs: number): boolean {
    return !this.endedBy && this.remainingMs >= Math.min(patienceMs, remainingMs);
  }

  join(context: Context): Promise<Answer> {
    this.passengers += 1;
    return new Promise((resolve, reject) => {
      const stopListening = context.onEnd(() => {
        this.passengers -= 1;
        if (this.passengers === 0) this.end(context.endedBy);
        reject(context.reason);
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

const whoIs = ({ caller: { id = '', scopes } }: Context): string => `${id} ${scopes.join(' ')}`;
