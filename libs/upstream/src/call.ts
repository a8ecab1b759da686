import type { Context } from './context.ts';

/** One question to an upstream. */
export type Call<Question, Answer> = (context: Context, question: Question) => Promise<Answer>;

/** What a policy is told about the call it wraps. */
export interface CallInfo {
  /** The upstream's name, for logs and metrics. */
  upstream: string;
  /** `GET /users/{id}` or `ListOrders`. */
  method: string;
}

/** Takes a call and returns a call that does more: waits less, tries again, keeps count. */
export type Policy = <Question, Answer>(call: Call<Question, Answer>, info: CallInfo) => Call<Question, Answer>;

/** Wraps `call` in policies: the first of the list is the outermost. Done once at start, not per call. */
export function pipe<Question, Answer>(
  call: Call<Question, Answer>,
  info: CallInfo,
  policies: readonly Policy[],
): Call<Question, Answer> {
  return policies.reduceRight((inner, policy) => policy(inner, info), call);
}
