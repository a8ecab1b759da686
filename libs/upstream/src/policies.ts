import { type Call, type CallInfo, pipe, type Policy, type Try } from './call.ts';
import { coalesce } from './coalesce.ts';
import type { OnTry } from './client.ts';
import { breaker } from './policies/breaker.ts';
import { bulkhead } from './policies/bulkhead.ts';
import { deadline } from './policies/deadline.ts';
import { hedge } from './policies/hedge.ts';
import { observe } from './policies/observe.ts';
import { observeCalls } from './observe-calls.ts';
import { retry } from './retry.ts';
import type { Upstream } from './upstream.ts';

/**
 * The policies of every try of a call, the outermost first. The order matters.
 *
 * Around them, for the call as a whole, are `coalesce`, so that a shared call shares everything below, and `retry`, so that every
 * try passes all policies again. Between them `observeCalls` records the calls that were made. Then
 * - `hedge` starts the second try of a slow read beside the first; each passes the policies below.
 * - `observe` records every try with its outcome, those refused below included.
 * - `breaker` refuses before a place is taken, so that a failing upstream does not fill the bulkhead.
 * - `bulkhead` waits for a place; waiting counts against the request, not against the try's own timeout.
 * - `deadline` is the innermost: the try's timeout starts when it is sent.
 */
const policiesFor = (upstream: Upstream, onTry: OnTry): readonly Policy[] => [
  hedge(upstream),
  observe(onTry, upstream),
  breaker(upstream),
  bulkhead(upstream),
  deadline(upstream),
];

/** A call over the wire with its policies. Composed once, at start. */
export function withPolicies<Question, Answer>(
  wire: Try<Question, Answer>,
  info: CallInfo,
  upstream: Upstream,
  onTry: OnTry,
): Call<Question, Answer> {
  return coalesce(withPoliciesOfCalls(wire, info, upstream, onTry), info, upstream);
}

/** The same without coalescing: for calls that were coalesced before. */
export function withPoliciesOfCalls<Question, Answer>(
  wire: Try<Question, Answer>,
  info: CallInfo,
  upstream: Upstream,
  onTry: OnTry,
): Call<Question, Answer> {
  upstream.add(info);
  const attempt = pipe(wire, info, policiesFor(upstream, onTry));
  return observeCalls(retry(attempt, info, upstream), info, upstream);
}
