import type { Policy, Upstream } from '#libs/upstream';
import { queued } from './queued.ts';

/**
 * The bulkhead policy: limits the calls in flight to one upstream. Others wait, or are refused.
 * @throws {GatewayError} OVERLOADED
 */
export const bulkhead =
  ({ bulkhead: places }: Upstream): Policy =>
  (call, { latencies }) =>
  async (attempt, question) => {
    if (!places.tryEnter()) await queued(attempt, () => places.wait(attempt));
    try {
      return await call(attempt, question);
    } finally {
      places.release(latencies.p50);
    }
  };
