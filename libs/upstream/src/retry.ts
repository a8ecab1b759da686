import { GatewayError } from '#libs/errors';
import { Attempt } from './attempt.ts';
import type { Call, CallInfo, Try } from './call.ts';
import type { Context } from './context.ts';
import type { Upstream } from './upstream.ts';

/**
 * Tries a call again when it failed in a way that may pass, if it is idempotent or was never sent, out of a budget, after exponential backoff
 * with full jitter (Brooker, "Exponential Backoff And Jitter"); an upstream that says when to come back is heard.
 * @throws what the last try threw
 */
export function retry<Question, Answer>(
  attemptCall: Try<Question, Answer>,
  { isIdempotent, method }: Pick<CallInfo, 'isIdempotent' | 'method'>,
  upstream: Upstream,
  random: () => number = Math.random,
): Call<Question, Answer> {
  const { budget } = upstream;
  const { maxTries, baseDelayMs, maxDelayMs } = upstream.settings.retry;

  /** How long to wait before the next try; undefined for no next try. */
  const delayAfter = (error: unknown, number: number, context: Context): number | undefined => {
    if (number >= maxTries || !(error instanceof GatewayError) || !error.transient) return undefined;
    if (!isIdempotent && !error.transient.isUnsent) return undefined;
    // Nobody waits for the next try, or it would be refused.
    if (context.endedBy || upstream.isRefusing(method)) return undefined;
    const backoffMs = random() * Math.min(maxDelayMs, baseDelayMs * 2 ** number);
    const delayMs = Math.max(backoffMs, error.transient.retryAfterMs ?? 0);
    return delayMs < context.remainingMs && budget.withdraw() ? delayMs : undefined;
  };

  const again = async (context: Context, question: Question, error: unknown, number: number): Promise<Answer> => {
    const delayMs = delayAfter(error, number, context);
    if (delayMs === undefined) throw error;
    await pause(context, delayMs);
    return attemptCall(new Attempt(context, number + 1), question).catch((next: unknown) =>
      again(context, question, next, number + 1),
    );
  };

  return (context, question) => {
    budget.deposit();
    return attemptCall(new Attempt(context, 1), question).catch((error: unknown) =>
      again(context, question, error, 1),
    );
  };
}

/** Waits, unless nobody waits for it any more. @throws the context's reason */
function pause(context: Context, delayMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      stopListening();
      resolve();
    }, delayMs);
    const stopListening = context.onEnd(() => {
      clearTimeout(timer);
      reject(context.reason);
    });
  });
}
