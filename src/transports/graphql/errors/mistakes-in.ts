import { isLeftOut } from '#gateway/transports/graphql/operation/variable-values';
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  OperationTypeNode,
  type SelectionSetNode,
  validate,
} from 'graphql';

/**
 * Validates a document against the schema. Also returns the error that graphql-js throws for `@skip` or `@include` with a variable
 * at the root of a subscription, and one for a subscription whose root fields are all left out, for which it would throw later.
 */
export function mistakesIn(
  schema: GraphQLSchema,
  document: DocumentNode,
  limits?: { maxErrors?: number; hideSuggestions?: boolean },
): readonly GraphQLError[] {
  try {
    const mistakes = validate(schema, document, undefined, limits);
    return mistakes.length ? mistakes : emptySubscriptions(document);
  } catch (error) {
    if (error instanceof GraphQLError) return [error];
    throw error;
  }
}

/** Errors for subscriptions that select no field (GraphQL, 5.2.4.1). */
function emptySubscriptions({ definitions }: DocumentNode): GraphQLError[] {
  const fragments = new Map<string, SelectionSetNode>();
  for (const one of definitions)
    if (one.kind === Kind.FRAGMENT_DEFINITION) fragments.set(one.name.value, one.selectionSet);
  const visited = new Set<string>();
  const selectsField = ({ selections }: SelectionSetNode): boolean =>
    selections.some((selection) => {
      if (isLeftOut(selection, () => undefined)) return false;
      if (selection.kind === Kind.FIELD) return true;
      if (selection.kind === Kind.INLINE_FRAGMENT) return selectsField(selection.selectionSet);
      const { value: name } = selection.name;
      if (visited.has(name)) return false;
      visited.add(name);
      return selectsField(fragments.get(name)!);
    });
  return definitions.flatMap((node) => {
    if (node.kind !== Kind.OPERATION_DEFINITION || node.operation !== OperationTypeNode.SUBSCRIPTION) return [];
    visited.clear();
    return selectsField(node.selectionSet)
      ? []
      : new GraphQLError('A subscription must select one top level field.', { nodes: node });
  });
}
