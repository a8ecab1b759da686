import { inRequest, type Logger } from '#libs/observe';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerError } from './answer-error.ts';
import { asGatewayError } from './as-gateway-error.ts';

/**
 * Answers with the error for whatever was thrown. An unexpected error is logged in full, and never shown to
 * clients.
 */
export function answerThrown(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  logger: Pick<Logger, 'error'>,
): void {
  const error = asGatewayError(thrown);
  inRequest(request.context.log, () => {
    if (error.code === 'INTERNAL') logger.error({ err: thrown }, 'internal error');
    answerError(error, request, reply);
  });
}
