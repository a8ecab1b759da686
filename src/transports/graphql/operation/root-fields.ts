import { GatewayError } from '#libs/errors';
import { type DocumentNode, Kind, type SelectionSetNode } from 'graphql';

/** The names of the root fields that an operation selects, including those in fragments. */
export function* rootFields({ selections }: SelectionSetNode, document: DocumentNode): Generator<string> {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) yield selection.name.value;
    else if (selection.kind === Kind.INLINE_FRAGMENT) yield* rootFields(selection.selectionSet, document);
    else yield* rootFields(fragment(selection.name.value, document), document);
  }
}

function fragment(name: string, document: DocumentNode): SelectionSetNode {
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === name)
      return definition.selectionSet;
  }
  throw new GatewayError('INTERNAL', { cause: `a valid document has no fragment ${name}` });
}
