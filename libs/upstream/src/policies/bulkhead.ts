import type { Policy, Upstream } from '#libs/upstream';

/**
 * The bulkhead policy: limits the calls in flight to one upstream. Others wait, or are refused.
 * @throws {GatewayError} OVERLOADED
 */
export const bulkhead =
  ({ bulkhead: places }: Upstream): Policy =>
  (call, { latencies }) =>
  async (attempt, question) => {
    if (!places.tryEnter()) {
      const since = performance.now();
      attempt.isQueued = true;
      try {
        await places.wait(attempt);
      } finally {
        attempt.isQueued = false;
        attempt.record.queueMs = performance.now() - since;
      }
    }
    try {
      return await call(attempt, question);
    } finally {
      places.release(latencies.p50);
    }
  };
