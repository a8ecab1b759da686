import {
  type FieldNode,
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLNamedType,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { Selection } from './selection.ts';

export type Info = Pick<
  GraphQLResolveInfo,
  'schema' | 'fragments' | 'variableValues' | 'returnType' | 'fieldNodes'
>;
export type Definition = GraphQLField<unknown, unknown>;

/** The selection below the field being resolved; for a union, the fields of all its members. */
export function selectionOf(info: Info): Selection {
  return below(info.fieldNodes, getNamedType(info.returnType), info);
}

/** Merges all nodes of a field, whatever their aliases, so that each level of a document is read once. */
function below(nodes: readonly FieldNode[], type: GraphQLNamedType, info: Info): Selection {
  const selected = new Map<Definition, FieldNode[]>();
  const opened = new Set<string>();
  for (const { selectionSet } of nodes) {
    for (const [definition, node] of fieldsIn(selectionSet, type, info, opened)) {
      const sameField = selected.get(definition);
      if (sameField) sameField.push(node);
      else selected.set(definition, [node]);
    }
  }
  const fields = new Map<string, Selection>();
  for (const [definition, sameField] of selected) {
    const withoutArgs = below(sameField, getNamedType(definition.type), info);
    const selection = sameField.reduce((all, node) => all.with(argumentsOf(definition, node, info)), withoutArgs);
    fields.set(definition.name, fields.get(definition.name)?.with(selection) ?? selection);
  }
  return new Selection(fields);
}

/** The fields of a selection set with their definitions; each named fragment is expanded once. */
export function* fieldsIn(
  set: SelectionSetNode | undefined,
  type: GraphQLNamedType,
  info: Info,
  opened: Set<string>,
): Generator<[Definition, FieldNode]> {
  for (const selection of set?.selections ?? []) {
    if (!isIncluded(selection, info)) continue;
    if (selection.kind === Kind.FIELD) {
      const definition = definitionOf(selection, type);
      if (definition) yield [definition, selection];
      continue;
    }
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      if (opened.has(selection.name.value)) continue;
      opened.add(selection.name.value);
    }
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : info.fragments[selection.name.value]!;
    const name = fragment.typeCondition?.name.value;
    yield* fieldsIn(fragment.selectionSet, name ? info.schema.getType(name)! : type, info, opened);
  }
}

function definitionOf({ name }: FieldNode, type: GraphQLNamedType): Definition | undefined {
  return isObjectType(type) || isInterfaceType(type) ? type.getFields()[name.value] : undefined;
}

/** Empty if the arguments are invalid: the executor reports an error for that field alone. */
function argumentsOf(definition: Definition, node: FieldNode, { variableValues }: Info): Selection {
  try {
    return new Selection(new Map(), getArgumentValues(definition, node, variableValues));
  } catch {
    return Selection.leaf;
  }
}

/** Whether `@skip` and `@include` leave a selection in the answer. */
export function isIncluded(selection: SelectionNode, { variableValues }: Info): boolean {
  if (!selection.directives?.length) return true;
  if (getDirectiveValues(GraphQLSkipDirective, selection, variableValues)?.if === true) return false;
  return getDirectiveValues(GraphQLIncludeDirective, selection, variableValues)?.if !== false;
}
