import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mistakesIn } from '#gateway/transports/graphql/errors/mistakes-in';
import type { PreparedOperation } from '#gateway/transports/graphql/operation/prepared-operation';
import { inPlainWords } from '#gateway/transports/graphql/errors/syntax-errors';
import { SettingsError } from '#libs/process';
import { type DocumentNode, GraphQLError, type GraphQLSchema, Kind, parse } from 'graphql';

/** An operation that belongs to a client, and is known before it is asked for. */
export interface TrustedOperation extends PreparedOperation {
  /** `web/home`: the client, and the name of the file. */
  id: string;
  text: string;
  /** What it is for, in a line: the first of its description, or of a comment in its place; else its id. */
  summary: string;
  /** All of its description, where that is longer. */
  description?: string;
}

const FILE = /^([a-z0-9-]+)\/([a-z0-9-]+)\.graphql$/;

/**
 * The operations in a folder, one a file: `web/home.graphql` is `web/home`.
 * @throws {SettingsError} naming every file that is wrong, and why
 */
export function trustedOperationsIn(folder: string, schema: GraphQLSchema): Map<string, TrustedOperation> {
  const { operations, mistakes } = operationsIn(folder, schema);
  if (!mistakes.length) return operations;
  const lines = mistakes.map(({ file, reason }) => `  ${file}: ${reason}`);
  throw new SettingsError(`These operations of clients are wrong:\n${lines.join('\n')}`);
}

/** A file that has no operation of its schema, and why. */
export interface WrongOperation {
  file: string;
  reason: string;
}

/** The operations in a folder by their ids, and what is wrong with the others. */
export function operationsIn(
  folder: string,
  schema: GraphQLSchema,
): { operations: Map<string, TrustedOperation>; mistakes: WrongOperation[] } {
  if (!existsSync(folder)) return { operations: new Map(), mistakes: [] };
  const mistakes: WrongOperation[] = [];
  const operations = globSync('**/*.graphql', { cwd: folder })
    .sort()
    .flatMap((file): [string, TrustedOperation][] => {
      const name = file.replaceAll('\\', '/');
      const found = operationIn(name, readFileSync(join(folder, file), 'utf8'), schema);
      if (typeof found !== 'string') return [[found.id, found]];
      mistakes.push({ file: name, reason: found });
      return [];
    });
  return { operations: new Map(operations), mistakes };
}

/** The operation in a file, or what is wrong with it. */
function operationIn(file: string, text: string, schema: GraphQLSchema): TrustedOperation | string {
  const [, client, name] = FILE.exec(file) ?? [];
  if (!client || !name) return 'must be client/operation.graphql, in lower case';
  let document: DocumentNode;
  try {
    document = parse(text);
  } catch (error) {
    return error instanceof GraphQLError ? inPlainWords(error).message : String(error);
  }
  const [node, ...more] = document.definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION);
  if (!node || more.length) return 'must have one operation';
  const [error] = mistakesIn(schema, document);
  if (error) return `${error.message} (line ${error.locations?.[0]?.line})`;
  const id = `${client}/${name}`;
  const description = node.description?.value;
  const summary = description?.split('\n', 1)[0] || (/^#\s*(.+)/.exec(text)?.[1] ?? id);
  const isLonger = description !== undefined && description !== summary;
  return {
    ...{ id, text, document, node, isOnly: true, isTrusted: true, summary },
    ...(isLonger ? { description } : {}),
  };
}
