import {
  type DirectiveNode,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
  validate,
} from 'graphql';

/** Validates a document against the schema, by the rules of graphql-js and one of GraphQL of September 2025. */
export function mistakesIn(
  schema: GraphQLSchema,
  document: DocumentNode,
  limits?: { maxErrors?: number; hideSuggestions?: boolean },
): readonly GraphQLError[] {
  // First, since graphql-js would throw: it evaluates these conditions without their variables.
  const conditions = conditionsAtRoots(document);
  return conditions.length ? conditions : validate(schema, document, undefined, limits);
}

/** An error for each subscription with `@skip` or `@include` at its root (section 5.2.4.1): which field it selects must not depend on variables. */
function conditionsAtRoots({ definitions }: DocumentNode): GraphQLError[] {
  const fragments = new Map<string, SelectionSetNode>();
  for (const one of definitions)
    if (one.kind === Kind.FRAGMENT_DEFINITION) fragments.set(one.name.value, one.selectionSet);
  return definitions.filter(isSubscription).flatMap(({ selectionSet }) => {
    const nodes = [...conditionsAt(selectionSet, fragments, new Set())];
    return nodes.length
      ? new GraphQLError('A subscription must not have @skip or @include at its root.', { nodes })
      : [];
  });
}

const isSubscription = (node: DocumentNode['definitions'][number]): node is OperationDefinitionNode =>
  node.kind === Kind.OPERATION_DEFINITION && node.operation === OperationTypeNode.SUBSCRIPTION;

function* conditionsAt(
  { selections }: SelectionSetNode,
  fragments: ReadonlyMap<string, SelectionSetNode>,
  visited: Set<string>,
): Generator<DirectiveNode> {
  for (const selection of selections) {
    for (const directive of selection.directives ?? [])
      if (['skip', 'include'].includes(directive.name.value)) yield directive;
    if (selection.kind === Kind.INLINE_FRAGMENT) yield* conditionsAt(selection.selectionSet, fragments, visited);
    if (selection.kind !== Kind.FRAGMENT_SPREAD || visited.has(selection.name.value)) continue;
    visited.add(selection.name.value);
    const fragment = fragments.get(selection.name.value);
    if (fragment) yield* conditionsAt(fragment, fragments, visited);
  }
}
