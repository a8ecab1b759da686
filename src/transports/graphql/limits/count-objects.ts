import { type DocumentNode, Kind, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';

/** The selected fields with object types, by response key, and those below them. */
type Objects = [key: string, below: Objects][];

const SCHEMA: ReadonlySet<string> = new Set(['__schema', '__type']);

/**
 * Makes a counter of the objects in an operation's response data, without the root. Only fields with a selection set count;
 * leaf values and introspection are free.
 */
export function objectCounter(
  { definitions }: DocumentNode,
  operation: OperationDefinitionNode,
): (data: object) => number {
  const objects = objectsIn([operation.selectionSet]);
  return (data) => below(data as Record<string, unknown>, objects);

  function objectsIn(sets: readonly SelectionSetNode[]): Objects {
    const byKey = new Map<string, SelectionSetNode[]>();
    const opened = new Set<string>();
    const open = ({ selections }: SelectionSetNode): void => {
      for (const selection of selections) {
        if (selection.kind === Kind.INLINE_FRAGMENT) open(selection.selectionSet);
        else if (selection.kind === Kind.FRAGMENT_SPREAD) openFragment(selection.name.value);
        else if (selection.selectionSet && !SCHEMA.has(selection.name.value)) {
          const key = (selection.alias ?? selection.name).value;
          byKey.set(key, [...(byKey.get(key) ?? []), selection.selectionSet]);
        }
      }
    };
    const openFragment = (name: string): void => {
      if (opened.has(name)) return;
      opened.add(name);
      for (const one of definitions)
        if (one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === name) open(one.selectionSet);
    };
    sets.forEach(open);
    return [...byKey].map(([key, its]) => [key, objectsIn(its)]);
  }
}

function below(object: Record<string, unknown>, objects: Objects): number {
  let count = 0;
  for (const [key, inner] of objects) count += counted(object[key], inner);
  return count;
}

function counted(value: unknown, objects: Objects): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (!Array.isArray(value)) return 1 + below(value as Record<string, unknown>, objects);
  let count = 0;
  for (const one of value) count += counted(one, objects);
  return count;
}
