import { inRequest } from '#libs/observe';
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PinoLogger } from 'nestjs-pino';
import { answerError } from './answer-error.ts';
import { asGatewayError } from './as-gateway-error.ts';

/** The one place where an error becomes an answer. GraphQL's own are formatted in `edge/graphql`. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: PinoLogger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const error = asGatewayError(thrown);
    if (host.getType<string>() === 'graphql') throw error;
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    inRequest(request.context.log, () => {
      if (error.code === 'INTERNAL') this.logger.error({ err: thrown }, 'internal error');
      answerError(error, request, reply);
    });
  }
}
