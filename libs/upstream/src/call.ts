import type { Attempt } from './attempt.ts';
import type { Context } from './context.ts';
import type { Latencies } from './latencies.ts';

/** One question to an upstream. */
export type Call<Question, Answer> = (context: Context, question: Question) => Promise<Answer>;

/** One try of it, which policies may end alone. */
export type Try<Question, Answer> = (attempt: Attempt, question: Question) => Promise<Answer>;

/** What an adapter says about a call that its name does not. */
export interface CallTraits {
  /** May be sent twice: a read, or a write that carries an idempotency key. Reads are unless said otherwise. */
  isIdempotent?: boolean;
  /** Has no effect, so that a slow one may be asked a second time. Reads are unless said otherwise. */
  isSafe?: boolean;
  /**
   * Whose the answer is: `public` for one that does not depend on the caller. Identical reads in flight are one, of
   * all callers where it is public, of the same caller otherwise.
   */
  scope?: 'public' | 'caller';
}

/** What a policy is told about the call it wraps. */
export interface CallInfo extends Required<CallTraits> {
  /** The upstream's name, for logs and metrics. */
  upstream: string;
  /** `GET /users/{id}` or `ListOrders`. */
  method: string;
  /** How long its tries took lately. */
  latencies: Latencies;
}

/** Takes a try and returns a try that does more: waits less, is refused sooner, keeps count. */
export type Policy = <Question, Answer>(call: Try<Question, Answer>, info: CallInfo) => Try<Question, Answer>;

/** Wraps `call` in policies: the first of the list is the outermost. Done once at start, not per call. */
export function pipe<Question, Answer>(
  call: Try<Question, Answer>,
  info: CallInfo,
  policies: readonly Policy[],
): Try<Question, Answer> {
  return policies.reduceRight((inner, policy) => policy(inner, info), call);
}
