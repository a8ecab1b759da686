import { GatewayError } from '#libs/errors';
import { describe, expect, it } from '@jest/globals';
import { buildSchema, type OperationDefinitionNode, parse } from 'graphql';
import { ViewVariables } from './view-variables.ts';

const schema = buildSchema(`
  enum Kind { NEW OLD }
  scalar Any
  input Filter { word: String }
  type Query { all(ids: [ID!], limits: [Int], limit: Int, rate: Float, isNew: Boolean, kind: Kind, filter: Filter, any: Any): Int }
`);
const of = (text: string) => ViewVariables.of(schema, parse(text).definitions[0] as OperationDefinitionNode);
const read = (declared: string, search: string) => {
  const query: Record<string, unknown> = {};
  const given = new URLSearchParams(search);
  for (const name of given.keys()) {
    const all = given.getAll(name);
    query[name] = all.length > 1 ? all : all[0];
  }
  return of(`query (${declared}) { all }`)!.read(query);
};
const errorsOf = (declared: string, search: string) => {
  try {
    return read(declared, search);
  } catch (error) {
    return (error as GatewayError).errors;
  }
};

describe('the variables of a view', () => {
  it.each([
    ['$ids: [ID!]!', 'ids=a&ids=b', { ids: ['a', 'b'] }],
    ['$ids: [ID!]!', 'ids=a', { ids: ['a'] }],
    ['$limits: [Int]', 'limits=1&limits=20', { limits: [1, 20] }],
    ['$limits: [Int]', '', {}],
    ['$limit: Int = 3', '', {}],
    // Names that every object of JavaScript has.
    ['$constructor: Int = 3 $hasOwnProperty: ID', '', {}],
    ['$toString: ID!', 'toString=a', { toString: 'a' }],
    [
      '$limit: Int! $rate: Float $isNew: Boolean $kind: Kind',
      'limit=2&rate=1.5&isNew=true&kind=NEW',
      { limit: 2, rate: 1.5, isNew: true, kind: 'NEW' },
    ],
    ['$limit: Int', 'limit=2&version=1', { limit: 2 }],
  ])('(%s) are read from ?%s', (declared, search, variables) => {
    expect(read(declared, search)).toEqual(variables);
  });

  it.each([
    ['$ids: [ID!]!', '', 'ids', 'Must be given'],
    ['$limits: [Int]', 'limits=1&limits=x', 'limits', 'Must be values of the type integer'],
    ['$limit: Int', 'limit=1&limit=2', 'limit', 'Must be of the type integer'],
    ['$isNew: Boolean', 'isNew=1', 'isNew', 'Must be of the type boolean'],
    ['$filter: Filter', 'filter=x', 'filter', 'There is no such parameter'],
    ['$any: Any', 'any=x', 'any', 'There is no such parameter'],
    ['$limit: Int', 'other=1', 'other', 'There is no such parameter'],
  ])('(%s) are refused for ?%s', (declared, search, field, message) => {
    expect(errorsOf(declared, search)).toEqual([{ field, message }]);
  });

  it('may not be objects, lists of lists or named `version`, where they are required', () => {
    for (const required of [
      '$filter: Filter!',
      '$many: [[Int]]!',
      '$version: Int!',
      '$any: Any!',
      '$filters: [Filter]!',
    ])
      expect(of(`query (${required}) { all }`)).toBeUndefined();
    expect(of('query ($filter: Filter! = {}, $version: Int! = 1) { all }')!.parameters).toEqual([]);
  });
});
