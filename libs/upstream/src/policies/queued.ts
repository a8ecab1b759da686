import type { Attempt } from '#libs/upstream';

/** Waits with an attempt that has not been sent: the time is the request's, not the upstream's. */
export async function queued<Result>(attempt: Attempt, wait: () => Promise<Result>): Promise<Result> {
  const since = performance.now();
  attempt.isQueued = true;
  try {
    return await wait();
  } finally {
    attempt.isQueued = false;
    attempt.record.queueMs += performance.now() - since;
  }
}
