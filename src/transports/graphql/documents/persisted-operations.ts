import { hash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mistakesIn } from '#gateway/transports/graphql/errors/mistakes-in';
import type { GraphqlOperation } from '#gateway/transports/graphql/operation/graphql-operation';
import { inPlainWords } from '#gateway/transports/graphql/errors/syntax-errors';
import { SettingsError } from '#libs/process';
import { type DocumentNode, GraphQLError, type GraphQLSchema, Kind, parse } from 'graphql';

/** A trusted operation: a persisted document from the folder of a client, parsed and validated at start. */
export interface PersistedOperation extends GraphqlOperation {
  /** `client/file`, for example `web/home`. */
  id: string;
  sha256: string;
  text: string;
  /** The first line of its description or leading comment; else its id. */
  summary: string;
  /** The whole description, if it has more than one line. */
  description?: string;
}

const FILE = /^([a-z0-9-]+)\/([a-z0-9-]+)\.graphql$/;

/**
 * Reads the operations of a folder, one per file: `web/home.graphql` has the id `web/home`.
 * @throws {SettingsError} naming every wrong file and the reason
 */
export function persistedOperationsIn(folder: string, schema: GraphQLSchema): Map<string, PersistedOperation> {
  const { operations, mistakes } = operationsIn(folder, schema);
  if (!mistakes.length) return operations;
  const lines = mistakes.map(({ file, reason }) => `  ${file}: ${reason}`);
  throw new SettingsError(`These operations of clients are wrong:\n${lines.join('\n')}`);
}

/** A file without a valid operation, and the reason. */
export interface WrongOperation {
  file: string;
  reason: string;
}

/** Reads the operations of a folder by id, and the files without a valid one. */
export function operationsIn(
  folder: string,
  schema: GraphQLSchema,
): { operations: Map<string, PersistedOperation>; mistakes: WrongOperation[] } {
  if (!existsSync(folder)) return { operations: new Map(), mistakes: [] };
  const mistakes: WrongOperation[] = [];
  const operations = globSync('**/*.graphql', { cwd: folder })
    .sort()
    .flatMap((file): [string, PersistedOperation][] => {
      const name = file.replaceAll('\\', '/');
      const found = operationIn(name, readFileSync(join(folder, file), 'utf8'), schema);
      if (typeof found !== 'string') return [[found.id, found]];
      mistakes.push({ file: name, reason: found });
      return [];
    });
  return { operations: new Map(operations), mistakes };
}

/** Parses the operation of a file. @returns the reason where it is wrong */
function operationIn(file: string, text: string, schema: GraphQLSchema): PersistedOperation | string {
  const [, client, name] = FILE.exec(file) ?? [];
  if (!client || !name) return 'must be client/operation.graphql, in lower case';
  const operation = parsedOperation(`${client}/${name}`, text);
  return typeof operation === 'string' ? operation : (mistakeIn(operation, schema) ?? operation);
}

/** Parses the text of an operation, without a schema. @returns the reason where it is not one operation */
export function parsedOperation(id: string, text: string): PersistedOperation | string {
  let document: DocumentNode;
  try {
    document = parse(text);
  } catch (error) {
    return error instanceof GraphQLError ? inPlainWords(error).message : String(error);
  }
  const [node, ...more] = document.definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION);
  if (!node || more.length) return 'must have one operation';
  const description = node.description?.value;
  const summary = description?.split('\n', 1)[0] || (/^#\s*(.+)/.exec(text)?.[1] ?? id);
  const isLonger = description !== undefined && description !== summary;
  return {
    id,
    sha256: hash('sha256', text),
    text,
    document,
    node,
    isOnly: true,
    isPersisted: true,
    summary,
    ...(isLonger ? { description } : {}),
  };
}

/** Why an operation does not fit a schema, with the line; undefined if it does. */
export function mistakeIn({ document }: PersistedOperation, schema: GraphQLSchema): string | undefined {
  const [error] = mistakesIn(schema, document);
  return error && `${error.message} (line ${error.locations?.[0]?.line})`;
}
