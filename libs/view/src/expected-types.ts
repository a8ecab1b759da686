import { isObjectType, Kind, type SelectionSetNode } from 'graphql';
import { type Info, isIncluded } from './selection-of.ts';

/**
 * The object types that a document selects fragments on, if the field being resolved is an interface or a union.
 * Empty if it selects only fields of the interface.
 */
export function expectedTypes(info: Info): ReadonlySet<string> {
  const names = new Set<string>();
  const opened = new Set<string>();
  const open = (set: SelectionSetNode | undefined): void => {
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.FIELD || !isIncluded(selection, info)) continue;
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        if (opened.has(selection.name.value)) continue;
        opened.add(selection.name.value);
      }
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : info.fragments[selection.name.value]!;
      const name = fragment.typeCondition?.name.value;
      if (name !== undefined && isObjectType(info.schema.getType(name))) names.add(name);
      else open(fragment.selectionSet);
    }
  };
  for (const { selectionSet } of info.fieldNodes) open(selectionSet);
  return names;
}
