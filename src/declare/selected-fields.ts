import { parseFields, selectionOf, Selection } from '#libs/view';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { FieldNode, GraphQLResolveInfo } from 'graphql';
import { type Answer, answerOf } from './answers.ts';

/**
 * Injects the selected parts of the response: from the GraphQL selection, or from `?fields=`.
 * @param paths where in the response to look; the union of what is selected there
 * @throws {GatewayError} BAD_REQUEST for a field that the response does not have
 */
export const SelectedFields = (...paths: string[]): ParameterDecorator =>
  createParamDecorator((_: unknown, execution: ExecutionContext) => atAny(paths, selectionFrom(execution)))();

function selectionFrom(execution: ExecutionContext): Selection {
  if (execution.getType<string>() === 'graphql') return selected(execution.getArgByIndex<GraphQLResolveInfo>(3));
  return selectionFromQuery(
    execution.switchToHttp().getRequest<FastifyRequest>(),
    answerOf(execution.getHandler())!,
  );
}

/** Selections by field node of cached documents, collected together with the document. */
const known = new WeakMap<FieldNode, Selection>();

function selected(info: GraphQLResolveInfo): Selection {
  const [node, ...others] = info.fieldNodes;
  if (!node || others.length || info.operation.variableDefinitions?.length) return selectionOf(info);
  let selection = known.get(node);
  if (!selection) known.set(node, (selection = selectionOf(info)));
  return selection;
}

function atAny(paths: readonly string[], selection: Selection): Selection {
  return paths.length
    ? paths.map((path) => selection.at(path) ?? Selection.leaf).reduce((all, one) => all.with(one))
    : selection;
}

/** The fields of a response that `?fields=` selects. */
export function selectionFromQuery({ query }: FastifyRequest, answer: Answer): Selection {
  return parseFields((query as Record<string, unknown>)['fields'], answer.whole());
}
