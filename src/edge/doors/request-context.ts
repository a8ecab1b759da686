import type { Context } from '#libs/upstream';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** What resolvers are given as GraphQL's context: a fresh object for every request. */
export interface GraphqlContext {
  request: FastifyRequest;
}

/** The request an execution belongs to, whichever door it came through. */
export function requestOf(execution: ExecutionContext): FastifyRequest {
  switch (execution.getType<string>()) {
    case 'graphql':
      return execution.getArgByIndex<GraphqlContext>(2).request;
    case 'ws':
      return execution.switchToWs().getData<{ request: FastifyRequest }>().request;
    default:
      return execution.switchToHttp().getRequest<FastifyRequest>();
  }
}

/** What the request carries, for the use case: always its first parameter. */
export const RequestContext = createParamDecorator((_: unknown, execution: ExecutionContext): Context => {
  return requestOf(execution).context;
});
