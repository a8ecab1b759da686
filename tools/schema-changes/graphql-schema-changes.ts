import {
  findBreakingChanges,
  findDangerousChanges,
  type GraphQLSchema,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import type { Change } from './change.ts';

/** The changes of a GraphQL schema, in the words in which they are accepted. */
export function graphqlSchemaChanges(old: GraphQLSchema, now: GraphQLSchema): Omit<Change, 'operations'>[] {
  const changeOf = (isBreaking: boolean) => (change: { description: string }) => {
    const coordinate = coordinateOf(change);
    return { what: wordsFor(change.description) + hintFor(coordinate, old, now), isBreaking, coordinate };
  };
  return [
    ...findBreakingChanges(old, now).map(changeOf(true)),
    ...findDangerousChanges(old, now).map(changeOf(false)),
  ];
}

/** Patterns for graphql-js's messages, which extract the affected coordinate. */
const SUBJECTS: readonly [pattern: RegExp, coordinate: string][] = [
  // It affects operations without the argument.
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

/** A removed field was often renamed. */
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

/** Describes a field that became nullable: typed clients must be checked. */
function wordsFor(description: string): string {
  const [, field, from, to] = /^(\w+\.\w+) changed type from (\S+) to (\S+)\.$/.exec(description) ?? [];
  return from !== undefined && from === `${to}!`
    ? `${field} may be null: it was ${from}, and is ${to}.`
    : description;
}
