import { GatewayError } from '#libs/errors';
import type { Logger } from '#libs/observe';
import type { Policy } from '#libs/upstream';

/** Logs every call that failed through no fault of the client's, with what the upstream said: clients are not told. */
export const witness = (logger: Logger): Policy => {
  return (call, { upstream, method }) =>
    async (context, question) => {
      const startedAt = performance.now();
      try {
        return await call(context, question);
      } catch (error) {
        if (!(error instanceof GatewayError) || error.status >= 500) {
          const durationMs = Math.round(performance.now() - startedAt);
          logger.warn({ ...context.log, upstream, method, durationMs, err: error }, 'upstream call failed');
        }
        throw error;
      }
    };
};
