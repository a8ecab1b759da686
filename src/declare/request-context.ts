import { ChildContext, type Context } from '#libs/upstream';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLResolveInfo } from 'graphql';

/** The GraphQL `contextValue` of resolvers: a new object for every operation, and for every subscription event. */
export interface GraphqlContext {
  /** The context of the operation, or of the subscription event. */
  context: Context;
  /** The HTTP request that carried it; on a socket, its upgrade request. */
  request: FastifyRequest;
  /** The HTTP reply, to set response headers; undefined on sockets and in streams, which have none. */
  reply?: FastifyReply;
  /** The executed root fields, in the order in which they began. */
  fields?: RootField[];
}

/** An executed root field, and the context that records its degraded parts. */
export interface RootField {
  info: GraphQLResolveInfo;
  context: Context;
}

/** Creates a context for one root field, so that its degraded parts are named by their response path. */
export function contextOfField(operation: GraphqlContext, info: GraphQLResolveInfo): Context {
  const context = new ChildContext(operation.context);
  const field = { info, context };
  if (operation.fields) operation.fields.push(field);
  else operation.fields = [field];
  return context;
}

/** The part of a socket message that guards and parameter decorators read. */
interface Message {
  context: Context;
  request: FastifyRequest;
}

/** The context of an execution, over any transport; of a GraphQL field, that of its operation. */
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

/** The HTTP request of an execution; of a socket message, its upgrade request. Use it for headers and cookies only. */
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

/** Injects the `Context`, always the first parameter; in GraphQL, that of the root field. */
export const RequestContext = createParamDecorator((_: unknown, execution: ExecutionContext): Context => {
  if (execution.getType<string>() === 'graphql')
    return contextOfField(
      execution.getArgByIndex<GraphqlContext>(2),
      execution.getArgByIndex<GraphQLResolveInfo>(3),
    );
  return contextOf(execution);
});
