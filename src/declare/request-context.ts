import { ChildContext, type Context } from '#libs/upstream';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLResolveInfo } from 'graphql';

/** What resolvers are given as GraphQL's context: a fresh object for every operation, and for every event. */
export interface GraphqlContext {
  /** What the operation, or the event of a subscription, carries. */
  context: Context;
  /** The HTTP request that it came by: of a socket, its upgrade. */
  request: FastifyRequest;
  /** What sets headers of the answer; none where it has no headers of its own: on a socket, in a stream. */
  reply?: FastifyReply;
  /** The root fields that were run, as they began. */
  fields?: RootField[];
}

/** A root field that was run, and the context that knows what of its answer could not be had. */
export interface RootField {
  info: GraphQLResolveInfo;
  context: Context;
}

/** A context for a root field alone, so that what it lacks is named by where the response shows it. */
export function contextOfField(operation: GraphqlContext, info: GraphQLResolveInfo): Context {
  const context = new ChildContext(operation.context);
  const field = { info, context };
  if (operation.fields) operation.fields.push(field);
  else operation.fields = [field];
  return context;
}

/** What a message of a socket is as far as guards and parameters are concerned. */
interface Message {
  context: Context;
  request: FastifyRequest;
}

/** What an execution carries, whichever transport it came by: of a GraphQL field, what its operation does. */
export function contextOf(execution: ExecutionContext): Context {
  switch (execution.getType<string>()) {
    case 'graphql':
      return execution.getArgByIndex<GraphqlContext>(2).context;
    case 'ws':
      return execution.switchToWs().getData<Message>().context;
    default:
      return execution.switchToHttp().getRequest<FastifyRequest>().context;
  }
}

/** The HTTP request that an execution came by: of a message on a socket, its upgrade. For headers and cookies alone. */
export function requestOf(execution: ExecutionContext): FastifyRequest {
  switch (execution.getType<string>()) {
    case 'graphql':
      return execution.getArgByIndex<GraphqlContext>(2).request;
    case 'ws':
      return execution.switchToWs().getData<Message>().request;
    default:
      return execution.switchToHttp().getRequest<FastifyRequest>();
  }
}

/** What the request carries, for the use case: always its first parameter. In GraphQL, it is that of the root field. */
export const RequestContext = createParamDecorator((_: unknown, execution: ExecutionContext): Context => {
  if (execution.getType<string>() === 'graphql')
    return contextOfField(
      execution.getArgByIndex<GraphqlContext>(2),
      execution.getArgByIndex<GraphQLResolveInfo>(3),
    );
  return contextOf(execution);
});
