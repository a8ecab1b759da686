import { hash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { retirement } from '#gateway/transports/graphql/operation/retirement';
import { SettingsError } from '#libs/process';
import type { GraphQLSchema } from 'graphql';
import { z } from 'zod';
import { mistakeIn, parsedOperation, type PersistedOperation } from './persisted-operations.ts';

/** What `released/operations.json` has of one text. */
const entry = z.strictObject({
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits in lower case'),
  /** The ids under which the text was released, for example `web/home`. */
  ids: z.array(z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+$/, 'must be client/operation, in lower case')).min(1),
  /** The releases that had it, the latest last. */
  releases: z.array(z.string().min(1)).min(1),
  retired: retirement.exactOptional(),
});

/** All released texts; the later an entry, the later its last release. */
const list = z.array(entry);

/** The entry of a released text. */
export type ReleasedEntry = z.infer<typeof entry>;

/** A released text that is served by its hash. */
export interface ReleasedOperation extends PersistedOperation {
  ids: readonly string[];
  releases: readonly string[];
}

/** The released operations of a folder. */
export interface Released {
  /** By the SHA-256 of their text. */
  operations: ReadonlyMap<string, ReleasedOperation>;
  /** Those that do not fit the schema any more, and why. */
  outdated: readonly { operation: ReleasedOperation; reason: string }[];
}

/**
 * Reads every text that was released, from `operations/<sha256>.graphql` and `operations.json` of a folder.
 * @throws {SettingsError} naming every file that is not what its name says, not listed, listed and missing, or invalid
 */
export function releasedOperationsIn(folder: string, schema: GraphQLSchema): Released {
  const entries = entriesIn(folder);
  const files = new Set(filesIn(folder));
  const mistakes: string[] = [];
  const [operations, outdated] = [new Map<string, ReleasedOperation>(), []] as [
    Map<string, ReleasedOperation>,
    { operation: ReleasedOperation; reason: string }[],
  ];
  for (const each of entries) {
    const file = `${each.sha256}.graphql`;
    if (!files.delete(file)) mistakes.push(`operations/${file}: is listed in operations.json, but does not exist`);
    else if (operations.has(each.sha256)) mistakes.push(`operations.json: lists ${each.sha256} twice`);
    else {
      const operation = operationIn(folder, each);
      if (typeof operation === 'string') mistakes.push(`operations/${file}: ${operation}`);
      else {
        operations.set(each.sha256, operation);
        const reason = mistakeIn(operation, schema);
        if (reason) outdated.push({ operation, reason });
      }
    }
  }
  for (const file of files) mistakes.push(`operations/${file}: is not listed in operations.json`);
  if (mistakes.length) throw wrong(folder, mistakes);
  return { operations, outdated };
}

/** The entries of `operations.json`; none without the file. @throws {SettingsError} with every mistake */
export function entriesIn(folder: string): ReleasedEntry[] {
  const path = join(folder, 'operations.json');
  if (!existsSync(path)) return [];
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw wrong(folder, ['operations.json: is not JSON']);
  }
  const checked = list.safeParse(content);
  if (checked.success) return checked.data;
  const mistakes = checked.error.issues.map(
    ({ path: at, message }) => `operations.json: ${at.join('.')} ${message}`,
  );
  throw wrong(folder, mistakes);
}

function filesIn(folder: string): string[] {
  const operations = join(folder, 'operations');
  return existsSync(operations) ? readdirSync(operations).sort() : [];
}

/** The operation of an entry. @returns the reason where its file is wrong */
function operationIn(
  folder: string,
  { sha256, ids, releases, retired }: ReleasedEntry,
): ReleasedOperation | string {
  const text = readFileSync(join(folder, 'operations', `${sha256}.graphql`), 'utf8');
  const digest = hash('sha256', text);
  if (digest !== sha256) return `has the SHA-256 ${digest}`;
  const operation = parsedOperation(`sha256:${sha256}`, text);
  if (typeof operation === 'string') return operation;
  return { ...operation, ids, releases, ...(retired ? { retirement: retired } : {}) };
}

function wrong(folder: string, mistakes: readonly string[]): SettingsError {
  const lines = mistakes.map((mistake) => `  ${mistake}`);
  return new SettingsError(`These released operations in ${folder} are wrong:\n${lines.join('\n')}`);
}
