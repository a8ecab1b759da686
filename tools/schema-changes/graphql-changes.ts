import { mistakeIn } from '#gateway/transports/graphql/documents/persisted-operations';
import type { ReleasedOperation } from '#gateway/transports/graphql/documents/released-operations';
import { usedCoordinates } from '#gateway/transports/graphql/operation/used-coordinates';
import { buildSchema } from 'graphql';
import type { Change } from './change.ts';
import { graphqlSchemaChanges } from './graphql-schema-changes.ts';
import { nameOf } from './released.ts';

/**
 * The changes of a GraphQL schema, each with the affected operations of released clients. An operation that is invalid in
 * the earlier schema is not affected.
 */
export function graphqlChanges(before: string, after: string, released: readonly ReleasedOperation[]): Change[] {
  const [old, now] = [buildSchema(before), buildSchema(after)];
  const used = released
    .filter((operation) => !mistakeIn(operation, old))
    .map((operation) => ({ operation, coordinates: usedCoordinates(old, operation.document) }));
  return graphqlSchemaChanges(old, now).map((change) => {
    const its = used.filter(({ coordinates }) => coordinates.has(change.coordinate));
    return { ...change, operations: its.map(({ operation }) => nameOf(operation)) };
  });
}
