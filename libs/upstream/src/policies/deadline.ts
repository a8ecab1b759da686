import { GatewayError } from '#libs/errors';
import type { Policy } from '#libs/upstream';

/**
 * Does not start a call that the request has no time left for. What a started call may take is sent on with it and
 * ended by the context's signal ("deadline propagation", gRPC).
 * @throws {GatewayError} UPSTREAM_TIMEOUT
 */
export const deadline: Policy =
  (call, { upstream, method }) =>
  async (context, question) => {
    if (context.signal.aborted) throw context.signal.reason;
    if (context.remainingMs < 1) {
      throw new GatewayError('UPSTREAM_TIMEOUT', { cause: `no time left for ${upstream} ${method}` });
    }
    return call(context, question);
  };
