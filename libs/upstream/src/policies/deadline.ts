import { GatewayError } from '#libs/errors';
import type { Policy, Upstream } from '#libs/upstream';

/**
 * The deadline policy: limits a try to its own timeout, or to the time left of the request if that is less ("deadline
 * propagation", gRPC). A try that cannot finish is not started.
 * @throws {GatewayError} UPSTREAM_TIMEOUT
 */
export const deadline =
  ({ settings }: Upstream): Policy =>
  (call, { upstream, method }) =>
  (attempt, question) => {
    if (attempt.endedBy) return Promise.reject(attempt.reason);
    if (attempt.remainingMs < 1) {
      const cause = `no time left for ${upstream} ${method}`;
      return Promise.reject(new GatewayError('UPSTREAM_TIMEOUT', { cause }));
    }
    attempt.limit(settings.timeoutMs);
    return call(attempt, question);
  };
