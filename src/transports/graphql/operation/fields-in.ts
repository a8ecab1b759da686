import type { DocumentNode, SelectionSetNode } from 'graphql';

/** How many fields are written in a document, those of all operations and of fragments that nobody spreads among them. */
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
