import type { Call, CallInfo } from './call.ts';
import { Context } from './context.ts';
import type { Upstream } from './upstream.ts';

/**
 * Makes identical safe calls that are in flight at the same moment one call: of all callers where the answer does not
 * depend on the caller, else of the same caller ("request coalescing", nginx's proxy_cache_lock; Go's singleflight).
 * It goes on while anybody waits, and nobody waits longer than their own request allows.
 * Whoever has more time than the call in flight makes one of their own, and so does everybody while the breaker is open:
 * to wait for a probe would be to wait for an upstream that is down.
 */
export function coalesce<Question, Answer>(
  call: Call<Question, Answer>,
  { isSafe, scope, method }: Pick<CallInfo, 'isSafe' | 'scope' | 'method'>,
  upstream: Upstream,
): Call<Question, Answer> {
  if (!isSafe) return call;
  const flights = new Map<string, Flight<Answer>>();

  return (context, question) => {
    if (context.endedBy) return Promise.reject(context.reason);
    const key = `${scope === 'public' ? '' : whoIs(context)} ${JSON.stringify(question)}`;
    const inFlight = flights.get(key);
    const mayJoin = inFlight?.canServe(context, upstream.settings.timeoutMs) && !upstream.isRefusing(method);
    if (mayJoin) return inFlight!.join(context);
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

  override get weight(): number {
    return Math.max(1, this.passengers);
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
