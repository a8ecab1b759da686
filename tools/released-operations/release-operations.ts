import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PersistedOperation } from '#gateway/transports/graphql/documents/persisted-operations';
import {
  entriesIn,
  type ReleasedEntry,
  releasedOperationsIn,
} from '#gateway/transports/graphql/documents/released-operations';
import type { GraphQLSchema } from 'graphql';

/**
 * Adds operations to the released ones of a folder. What was released before stays, and comes before what is released now.
 * @returns a line for each operation
 * @throws {SettingsError} where the folder is wrong already, before anything is written
 */
export function releaseOperations(
  folder: string,
  operations: readonly PersistedOperation[],
  release: string,
  schema: GraphQLSchema,
): string[] {
  const before = releasedOperationsIn(folder, schema).operations;
  const entries = new Map(entriesIn(folder).map((entry) => [entry.sha256, entry]));
  const texts = new Map(operations.map(({ sha256, text }) => [sha256, text]));
  mkdirSync(join(folder, 'operations'), { recursive: true });
  const lines: string[] = [];
  for (const { sha256, id } of operations) {
    const known = entries.get(sha256);
    lines.push(`${known && before.has(sha256) ? 'unchanged' : 'new      '} ${id} sha256:${sha256}`);
    entries.delete(sha256);
    entries.set(sha256, withRelease(known, sha256, id, release));
  }
  for (const [sha256, text] of texts) writeFileSync(join(folder, 'operations', `${sha256}.graphql`), text);
  writeFileSync(join(folder, 'operations.json'), `${JSON.stringify([...entries.values()], null, 2)}\n`);
  return lines;
}

function withRelease(
  known: ReleasedEntry | undefined,
  sha256: string,
  id: string,
  release: string,
): ReleasedEntry {
  const { ids = [], releases = [], ...others } = known ?? {};
  const added = (list: readonly string[], value: string) => [...list.filter((one) => one !== value), value];
  return { ...others, sha256, ids: added(ids, id), releases: added(releases, release) };
}
