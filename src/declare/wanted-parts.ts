import { parseFields, selectionOf, Wanted } from '#libs/view';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { FieldNode, GraphQLResolveInfo } from 'graphql';
import { type Answer, answerOf } from './answers.ts';

/**
 * Injects the selected parts of the response: from the GraphQL selection, or from `?fields=`.
 * @param paths where in the response to look; the union of what is selected there
 * @throws {GatewayError} BAD_REQUEST for a field that the response does not have
 */
export const WantedParts = (...paths: string[]): ParameterDecorator =>
  createParamDecorator((_: unknown, execution: ExecutionContext) => atAny(paths, wantedBy(execution)))();

function wantedBy(execution: ExecutionContext): Wanted {
  if (execution.getType<string>() === 'graphql') return selected(execution.getArgByIndex<GraphQLResolveInfo>(3));
  return wantedByRest(execution.switchToHttp().getRequest<FastifyRequest>(), answerOf(execution.getHandler())!);
}

/** Selections by field node of cached documents, collected together with the document. */
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

/** The fields of a response that `?fields=` selects. */
export function wantedByRest({ query }: FastifyRequest, answer: Answer): Wanted {
  return parseFields((query as Record<string, unknown>)['fields'], answer.whole());
}
