import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { type Decisions, isIncluded } from './conditions.ts';
import { NotStatic } from './not-static.ts';

type Fragments = GraphQLResolveInfo['fragments'];

/** The fragments of a document, by name. */
export function fragmentsOf({ definitions }: DocumentNode): Fragments {
  const all = definitions.filter((one): one is FragmentDefinitionNode => one.kind === Kind.FRAGMENT_DEFINITION);
  return Object.fromEntries(all.map((one) => [one.name.value, one]));
}

/**
 * Collects the fields selected on an object by response key, in response order (GraphQL, 6.3.2).
 * @param decisions the values of variables in `@skip` and `@include`
 * @throws {NotStatic} for other directives, and for type conditions of other types
 */
export function fieldsSelected(
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
  fragments: Fragments,
  decisions: Decisions,
): Map<string, FieldNode[]> {
  const fields = new Map<string, FieldNode[]>();
  const opened = new Set<string>();
  const open = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      // A skipped spread must not mark its fragment as visited.
      if (!isIncluded(selection, decisions)) continue;
      if (selection.kind === Kind.FIELD) {
        const key = (selection.alias ?? selection.name).value;
        const same = fields.get(key);
        if (same) same.push(selection);
        else fields.set(key, [selection]);
        continue;
      }
      const isSpread = selection.kind === Kind.FRAGMENT_SPREAD;
      if (isSpread && opened.has(selection.name.value)) continue;
      if (isSpread) opened.add(selection.name.value);
      const fragment = isSpread ? fragments[selection.name.value]! : selection;
      const on = fragment.typeCondition?.name.value;
      if (on !== undefined && on !== type.name) throw new NotStatic();
      open(fragment.selectionSet);
    }
  };
  sets.forEach(open);
  return fields;
}
