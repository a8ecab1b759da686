import { operationsIn } from '#gateway/transports/graphql/documents/persisted-operations';
import {
  buildSchema,
  findBreakingChanges,
  findDangerousChanges,
  type GraphQLSchema,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import type { Change } from './change.ts';
import { usedCoordinates } from './used-coordinates.ts';

/**
 * What has changed of a GraphQL schema, each with the operations in a folder that it is about. An operation that the earlier
 * schema does not have everything for is newer than it, and is about no change of it.
 */
export function graphqlChanges(before: string, after: string, clients: string): Change[] {
  const [old, now] = [buildSchema(before), buildSchema(after)];
  const { operations } = operationsIn(clients, old);
  const used = [...operations.values()].map(({ id, document }) => ({ id, names: usedCoordinates(old, document) }));
  const changeOf = (isBreaking: boolean) => (change: { type: string; description: string }) => {
    const about = coordinateOf(change);
    const its = used.filter(({ names }) => names.has(about)).map(({ id }) => id);
    return { what: wordsFor(change.description) + hintFor(about, old, now), isBreaking, operations: its };
  };
  return [
    ...findBreakingChanges(old, now).map(changeOf(true)),
    ...findDangerousChanges(old, now).map(changeOf(false)),
  ];
}

/** The words of graphql-js, and how they name what a change is about. */
const SUBJECTS: readonly [pattern: RegExp, coordinate: string][] = [
  // It is noticed where the argument is left out.
  [/^(\w+\.\w+) arg \w+ has changed defaultValue .*$/s, '$1'],
  [/^(\w+\.\w+) arg (\w+) .*$/s, '$1($2:)'],
  [/^.* arg \w+ on (\w+\.\w+) was added.*$/s, '$1'],
  [/^.*\b(?:enum|union|input) type (\w+)\b.*$/s, '$1'],
  [/^.* interfaces implemented by (\w+)\b.*$/s, '$1'],
  [/^(\w+\.\w+) .*$/s, '$1'],
  [/^(\w+) .*$/s, '$1'],
];

function coordinateOf({ description }: { description: string }): string {
  for (const [pattern, coordinate] of SUBJECTS)
    if (pattern.test(description)) return description.replace(pattern, coordinate);
  return '';
}

/** A field that is gone is often one that is called otherwise since. */
function hintFor(coordinate: string, old: GraphQLSchema, now: GraphQLSchema): string {
  const [type = '', field = ''] = coordinate.split('.');
  const fieldsIn = (schema: GraphQLSchema) => {
    const its = schema.getType(type);
    return isObjectType(its) || isInterfaceType(its) || isInputObjectType(its) ? its.getFields() : {};
  };
  const [was, is] = [fieldsIn(old), fieldsIn(now)];
  const gone = was[field];
  if (!gone || field in is) return '';
  const news = Object.values(is).filter(
    ({ name, type: its }) => !(name in was) && String(its) === String(gone.type),
  );
  return news.map(({ name }) => ` ${type}.${name} of the same type is new.`).join('');
}

/** A field that may be null since is called so: typed clients have to look. */
function wordsFor(description: string): string {
  const [, field, from, to] = /^(\w+\.\w+) changed type from (\S+) to (\S+)\.$/.exec(description) ?? [];
  return from !== undefined && from === `${to}!`
    ? `${field} may be null: it was ${from}, and is ${to}.`
    : description;
}
