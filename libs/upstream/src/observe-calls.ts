import type { Call, CallInfo } from './call.ts';
import { outcomeOf } from './policies/observe.ts';
import type { Upstream } from './upstream.ts';

/** The record of one call with all its tries. Requests that shared it by coalescing are one call. */
export interface CallRecord {
  info: CallInfo;
  /** By `performance.now()`. */
  startedAt: number;
  durationMs: number;
  /** The time that its deadline left it at the start, in milliseconds. */
  remainingMs: number;
  /** The time after which a stale answer is used in its place, in milliseconds; undefined without one. */
  staleAfterMs: number | undefined;
  /** The number of requests that shared it. */
  weight: number;
  /** `OK`, the code of the error, or `CANCELLED` if no request waited for it any more. */
  outcome: string;
  /** How often the method's breaker has opened so far. */
  timesOpened: number;
}

/** Called when a call ends. */
export type OnCall = (record: CallRecord) => void;

/** Records every call of an upstream that has `onCall`; others are left as they are. */
export function observeCalls<Question, Answer>(
  call: Call<Question, Answer>,
  info: CallInfo,
  upstream: Upstream,
): Call<Question, Answer> {
  const { onCall } = upstream;
  if (!onCall) return call;
  const circuit = upstream.breaker(info.method);

  return (context, question) => {
    const startedAt = performance.now();
    const { remainingMs, staleAfterMs } = context;
    const ended = (outcome: string) => {
      const durationMs = performance.now() - startedAt;
      const { timesOpened } = circuit;
      onCall({
        info,
        startedAt,
        durationMs,
        remainingMs,
        staleAfterMs,
        weight: context.weight,
        outcome,
        timesOpened,
      });
    };
    return call(context, question).then(
      (answer) => {
        ended('OK');
        return answer;
      },
      (error: unknown) => {
        ended(outcomeOf(error, context));
        throw error;
      },
    );
  };
}
