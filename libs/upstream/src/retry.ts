import { GatewayError } from '#libs/errors';
import { Attempt } from './attempt.ts';
import type { Call, CallInfo, Try } from './call.ts';
import type { Context } from './context.ts';
import type { Upstream } from './upstream.ts';

/**
 * The retry policy: retries a call after a transient failure if it is idempotent or was never sent, within a budget,
 * with exponential backoff and full jitter (Brooker, "Exponential Backoff And Jitter"). An upstream's `Retry-After`
 * is respected.
 * @throws what the last try threw
 */
export function retry<Question, Answer>(
  attemptCall: Try<Question, Answer>,
  { isIdempotent, method }: Pick<CallInfo, 'isIdempotent' | 'method'>,
  upstream: Upstream,
  random: () => number = Math.random,
): Call<Question, Answer> {
  const { budget, settings } = upstream;

  /** The delay before the next try, in milliseconds; undefined for none. */
  const delayAfter = (error: unknown, number: number, context: Context): number | undefined => {
    const { maxTries, baseDelayMs, maxDelayMs } = settings.retry;
    if (number >= maxTries || !(error instanceof GatewayError) || !error.transient) return undefined;
    if (!isIdempotent && !error.transient.isUnsent) return undefined;
    // No request waits for the next try, or it would be refused.
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

/** Waits unless the context ends. @throws the context's reason */
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
