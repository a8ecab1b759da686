import { hash } from 'node:crypto';
import type { GraphqlOperation } from '#gateway/transports/graphql/operation/graphql-operation';
import { usedCoordinates } from '#gateway/transports/graphql/operation/used-coordinates';
import type { UsedOperation } from '#gateway/transports/usage/used-operation';
import { type GraphQLSchema, Kind } from 'graphql';

/** The longest name of an ad-hoc operation that is kept, in characters. */
const MAX_NAME = 64;

/** Describes operations; equal coordinates are one string. */
export class DescribedOperations {
  private readonly strings = new Map<string, string>();

  /** @param schema against which the operation is valid */
  describe(operation: GraphqlOperation, schema: GraphQLSchema): UsedOperation {
    const { document, node } = operation;
    const definitions = document.definitions.filter(
      (one) => one === node || one.kind !== Kind.OPERATION_DEFINITION,
    );
    const coordinates = [...usedCoordinates(schema, { ...document, definitions })].sort();
    const { id, ids, sha256 = hash('sha256', document.loc?.source.body ?? ''), isPersisted = false } = operation;
    return {
      sha256,
      // A released operation has the id of its hash; people know it by that of its file.
      name: isPersisted ? (ids?.at(-1) ?? id) : (node.name?.value.slice(0, MAX_NAME) ?? 'anonymous'),
      isPersisted,
      coordinates: coordinates.map((one) => this.interned(one)),
    };
  }

  /** The schema bounds how many there are. */
  private interned(text: string): string {
    const known = this.strings.get(text);
    if (known === undefined) this.strings.set(text, text);
    return known ?? text;
  }
}
