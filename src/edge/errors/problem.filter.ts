import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PinoLogger } from 'nestjs-pino';
import { answerThrown } from './answer-thrown.ts';
import { asGatewayError } from './as-gateway-error.ts';

/** Answers with the errors of guards, pipes and handlers. GraphQL errors are formatted in `transports/graphql`. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: PinoLogger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    if (host.getType<string>() === 'graphql') throw asGatewayError(thrown);
    const http = host.switchToHttp();
    answerThrown(thrown, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>(), this.logger);
  }
}
