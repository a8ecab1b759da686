import type { Policy, Upstream } from '#libs/upstream';

/**
 * Lets no more calls be in flight to one upstream than it has places for; the others wait, or are refused.
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
