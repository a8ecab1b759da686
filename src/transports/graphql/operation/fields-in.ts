import type { DocumentNode, SelectionSetNode } from 'graphql';

/** Counts the fields of a document, including all operations and unused fragments. */
export function fieldsIn({ definitions }: DocumentNode): number {
  let count = 0;
  for (const one of definitions) if ('selectionSet' in one && one.selectionSet) count += inSet(one.selectionSet);
  return count;
}

function inSet({ selections }: SelectionSetNode): number {
  let count = 0;
  for (const selection of selections) {
    if (selection.kind === 'Field') count += 1;
    if ('selectionSet' in selection && selection.selectionSet) count += inSet(selection.selectionSet);
  }
  return count;
}
