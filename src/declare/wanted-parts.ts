import { parseFields, selectionOf, Wanted } from '#libs/view';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { FieldNode, GraphQLResolveInfo } from 'graphql';
import { type Answer, answerOf } from './answers.ts';

/**
 * Which parts of the answer the client wants, for the use case: from the GraphQL selection, or from `?fields=`.
 * @param paths where in the answer to look; what is wanted at any of them
 * @throws {GatewayError} BAD_REQUEST for a field the answer does not have
 */
export const WantedParts = (...paths: string[]): ParameterDecorator =>
  createParamDecorator((_: unknown, execution: ExecutionContext) => atAny(paths, wantedBy(execution)))();

function wantedBy(execution: ExecutionContext): Wanted {
  if (execution.getType<string>() === 'graphql') return selected(execution.getArgByIndex<GraphQLResolveInfo>(3));
  return wantedByRest(execution.switchToHttp().getRequest<FastifyRequest>(), answerOf(execution.getHandler())!);
}

/** What was found of fields in documents that are the same each time: kept with the document, and forgotten with it. */
const known = new WeakMap<FieldNode, Wanted>();

function selected(info: GraphQLResolveInfo): Wanted {
  const [node, ...others] = info.fieldNodes;
  if (!node || others.length || info.operation.variableDefinitions?.length) return selectionOf(info);
  let wanted = known.get(node);
  if (!wanted) known.set(node, (wanted = selectionOf(info)));
  return wanted;
}

function atAny(paths: readonly string[], wanted: Wanted): Wanted {
  return paths.length
    ? paths.map((path) => wanted.at(path) ?? Wanted.leaf).reduce((all, one) => all.with(one))
    : wanted;
}

/** What `?fields=` of a request leaves of an answer. */
export function wantedByRest({ query }: FastifyRequest, answer: Answer): Wanted {
  return parseFields((query as Record<string, unknown>)['fields'], answer.whole());
}
