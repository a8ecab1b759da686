import type { Attributes } from '#libs/observe';
import type { Attempt } from './attempt.ts';
import type { Context } from './context.ts';
import type { Latencies } from './latencies.ts';

/** A call to an upstream. */
export type Call<Question, Answer> = (context: Context, question: Question) => Promise<Answer>;

/** One try of a call, which policies may end alone. */
export type Try<Question, Answer> = (attempt: Attempt, question: Question) => Promise<Answer>;

/** What an adapter declares about a call beyond its name. */
export interface CallTraits {
  /** Whether the call may be sent twice: a read, or a write with an idempotency key. Defaults to true for reads. */
  isIdempotent?: boolean;
  /** Whether the call has no side effect, so that a slow one may be hedged. Defaults to true for reads. */
  isSafe?: boolean;
  /**
   * The scope of the answer: `public` if it does not depend on the caller. Identical reads in flight are coalesced,
   * for all callers if public, else for the same caller.
   */
  scope?: 'public' | 'caller';
}

/** What a policy knows about the call it wraps. */
export interface CallInfo extends Required<CallTraits> {
  /** The upstream's name, for logs and metrics. */
  upstream: string;
  /** `GET /users/{id}` or `ListOrders`. */
  method: string;
  /** Recent latencies of its tries. */
  latencies: Latencies;
  /** How the spans of its tries are named, and what all of them carry. */
  span?: { name: string; attributes: Attributes };
}

/** A policy takes a try function and returns one with added behaviour, for example a timeout. */
export type Policy = <Question, Answer>(call: Try<Question, Answer>, info: CallInfo) => Try<Question, Answer>;

/** Wraps `call` in policies, the first of the list outermost. Called once at start, not per call. */
export function pipe<Question, Answer>(
  call: Try<Question, Answer>,
  info: CallInfo,
  policies: readonly Policy[],
): Try<Question, Answer> {
  return policies.reduceRight((inner, policy) => policy(inner, info), call);
}
