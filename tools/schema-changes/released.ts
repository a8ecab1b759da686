import { hasEnded } from '#gateway/transports/graphql/documents/ended';
import { mistakeIn } from '#gateway/transports/graphql/documents/persisted-operations';
import {
  type ReleasedOperation,
  releasedOperationsIn,
} from '#gateway/transports/graphql/documents/released-operations';
import type { GraphQLSchema } from 'graphql';

/** The operations of released clients that have not ended. */
export function keptOperations(folder: string, schema: GraphQLSchema): ReleasedOperation[] {
  const isKept = ({ retirement }: ReleasedOperation) => !retirement || !hasEnded(retirement);
  return [...releasedOperationsIn(folder, schema).operations.values()].filter(isKept);
}

/** How reports name a released operation: `web/home (0.1.0)`. */
export function nameOf({ ids, releases }: Pick<ReleasedOperation, 'ids' | 'releases'>): string {
  const [first, last] = [releases[0], releases.at(-1)];
  return `${ids.at(-1)} (${first === last ? first : `${first} … ${last}`})`;
}

/** What is wrong with each kept operation that was valid before and is not any more. */
export function brokenOperations(
  operations: readonly ReleasedOperation[],
  old: GraphQLSchema,
  now: GraphQLSchema,
): string[] {
  return operations.flatMap((operation) => {
    const reason = mistakeIn(operation, now);
    if (!reason || mistakeIn(operation, old)) return [];
    const file = `released/operations/${operation.sha256}.graphql`;
    return [`${nameOf(operation)}: ${reason} Installed apps send ${file}: keep what it needs until it has ended.`];
  });
}
