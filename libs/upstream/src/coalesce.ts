import type { Call, CallInfo } from './call.ts';
import type { Context } from './context.ts';
import { Flight } from './flight.ts';
import type { Upstream } from './upstream.ts';

/**
 * Coalesces identical safe calls in flight into one: of all callers if the answer does not depend on the caller, else
 * of the same caller ("request coalescing", nginx's proxy_cache_lock; Go's singleflight). It goes on while any
 * request waits, and no request waits beyond its own deadline. A request with a later deadline than the call in
 * flight makes its own call, and so do all while the breaker is open: waiting for a probe would be waiting for an
 * upstream that is down.
 */
export function coalesce<Question, Answer>(
  call: Call<Question, Answer>,
  { isSafe, scope, method }: Pick<CallInfo, 'isSafe' | 'scope' | 'method'>,
  upstream: Upstream,
): Call<Question, Answer> {
  if (!isSafe) return measured(call);
  const flights = new Map<string, Flight<Answer>>();

  return (context, question) => {
    if (context.endedBy) return Promise.reject(context.reason);
    const key = `${scope === 'public' ? '' : whoIs(context)} ${JSON.stringify(question)}`;
    const inFlight = flights.get(key);
    const mayJoin = inFlight?.canServe(context, upstream.settings.timeoutMs) && !upstream.isRefusing(method);
    if (mayJoin) return joined(inFlight!, context, method);
    const flight = new Flight<Answer>(context);
    flight.answer = call(flight, question);
    flights.set(key, flight);
    const land = () => void (flights.get(key) === flight && flights.delete(key));
    flight.answer.then(land, land);
    return flight.join(context);
  };
}

/** Measures how long a request waits for a call of its own; a flight does for shared ones. */
function measured<Question, Answer>(call: Call<Question, Answer>): Call<Question, Answer> {
  return (context, question) => {
    const { upstreamWait } = context;
    upstreamWait.begin();
    const answer = call(context, question);
    const end = () => upstreamWait.end();
    answer.then(end, end);
    return answer;
  };
}

const whoIs = ({ caller: { id = '', scopes } }: Context): string => `${id} ${scopes.join(' ')}`;

/** Joins a call in flight. Its tries are spans of the request that began it; this one has a span that links there. */
function joined<Answer>(flight: Flight<Answer>, context: Context, method: string): Promise<Answer> {
  const span = context.span?.start(method, 'internal', { 'atrium.coalesced': true });
  if (!span) return flight.join(context);
  if (flight.span) span.link(flight.span);
  return flight.join(context).finally(() => span.end());
}
