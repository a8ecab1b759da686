import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** What has one response key. */
export interface SelectedField {
  /** Each occurrence; all are of one field (GraphQL, 5.3.2). */
  nodes: FieldNode[];
  /** The selection sets below it, which are merged. */
  sets: SelectionSetNode[];
  /** Whether `@skip` or `@include` may leave it out. */
  isConditional: boolean;
}

/** The fields that selection sets may select on objects of a type, by response key, in response order (GraphQL, 6.3.2). */
export function selectedFields(
  schema: GraphQLSchema,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
): Map<string, SelectedField> {
  const found = new Map<string, SelectedField>();
  const visit = (selection: SelectionNode, isOuterConditional: boolean): void => {
    const isConditional = isOuterConditional || (selection.directives?.length ?? 0) > 0;
    if (selection.kind === Kind.FIELD) {
      const key = (selection.alias ?? selection.name).value;
      const { nodes, sets: below, ...before } = found.get(key) ?? { nodes: [], sets: [], isConditional };
      found.set(key, {
        nodes: [...nodes, selection],
        sets: [...below, ...(selection.selectionSet ? [selection.selectionSet] : [])],
        isConditional: isConditional && before.isConditional,
      });
      return;
    }
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value)! : selection;
    if (!applies(fragment.typeCondition?.name.value)) return;
    for (const one of fragment.selectionSet.selections) visit(one, isConditional);
  };
  const applies = (condition: string | undefined): boolean => {
    if (condition === undefined || condition === type.name) return true;
    const on = schema.getType(condition);
    return isAbstractType(on) && schema.isSubType(on, type);
  };
  for (const { selections } of sets) for (const one of selections) visit(one, false);
  return found;
}
