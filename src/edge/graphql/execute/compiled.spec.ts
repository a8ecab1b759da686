import type { GraphqlContext } from '#gateway/edge/doors/request-context';
import { GatewayError } from '#libs/errors';
import { describe, expect, it } from '@jest/globals';
import { buildSchema, type ExecutionResult, GraphQLObjectType, parse } from 'graphql';
import { Compiled } from './compiled.ts';

const schema = buildSchema(`
  directive @weight(n: Int) on FIELD
  enum Colour { RED GREEN }
  interface Named { name: String! }
  type Cat implements Named { name: String! lives: Int! }
  type Dog implements Named { name: String! tricks(first: Int = 2): [String!] }
  union Pet = Cat | Dog
  input Filter { colour: Colour = RED names: [String!] }
  type User { id: ID! name: String! pets(filter: Filter): [Pet!]! named: [Named] boss: User broken: String never: String! }
  type Query { me: User user(id: ID!): User echo(colour: Colour, list: [Int]): String! broken: String! }
  type Mutation { guess(n: Int): String! }
`);

const cat = { __typename: 'Cat', name: 'Tom', lives: 9 };
const dog = { __typename: 'Dog', name: 'Rex' };
const broken = () => {
  throw new GatewayError('UPSTREAM_UNAVAILABLE');
};
const me = {
  id: 1,
  name: 'Ada',
  pets: [cat, dog],
  named: [dog, null, cat],
  boss: { id: 2, name: 'Bob', pets: [] },
};
let guesses = 0;

const resolvers: Record<string, Record<string, (...given: never[]) => unknown>> = {
  Query: {
    me: async () => me,
    user: (_: unknown, { id }: { id: string }) => ({ ...me, id }),
    echo: (_: unknown, given: object) => JSON.stringify(given),
    broken,
  },
  User: { broken, never: async () => null },
  Dog: { tricks: (_: unknown, { first }: { first: number }) => ['sit', 'roll', 'beg'].slice(0, first) },
  Mutation: {
    guess: () => {
      guesses += 1;
      return broken();
    },
  },
};
for (const [type, fields] of Object.entries(resolvers)) {
  const known = (schema.getType(type) as GraphQLObjectType).getFields();
  for (const [name, resolve] of Object.entries(fields)) known[name]!.resolve = resolve as never;
}

function aCompiled(): Compiled {
  const compiled = new Compiled();
  compiled.schema = schema;
  return compiled;
}

/** What is answered each time; compiled from the fourth on. */
async function answers(query: string, variables = {}): Promise<unknown[]> {
  const compiled = aCompiled();
  const document = parse(query);
  const all: unknown[] = [];
  for (let time = 0; time < 6; time += 1) {
    const result = await compiled.run('key', { document }, {} as GraphqlContext, variables);
    all.push(shown(result));
  }
  return all;
}

const shown = ({ data, errors }: ExecutionResult) => ({
  data: JSON.parse(JSON.stringify(data ?? null)) as unknown,
  errors: errors?.map(({ message, path, originalError, extensions }) => {
    return { message, path, code: (originalError as GatewayError | undefined)?.code, extensions };
  }),
});

describe('a compiled operation answers as it did before it was', () => {
  it.each([
    ['fields, aliases and what is null', '{ me { id n: name boss { name boss { id } } } two: me { id } }', {}],
    [
      'unions and interfaces',
      '{ me { pets { __typename ... on Cat { lives } ... on Dog { tricks } } named { name } } }',
      {},
    ],
    [
      'fragments in fragments, that overlap',
      '{ me { ...A ...B } } fragment A on User { id boss { id } } fragment B on User { ...A boss { name } }',
      {},
    ],
    [
      '@skip and @include, on fields and on fragments',
      `query ($yes: Boolean!, $no: Boolean!) {
        me { id @skip(if: $yes) name @include(if: $yes) ...F @include(if: $no) ... @skip(if: $yes) { boss { id } } }
      } fragment F on User { boss { name } }`,
      { yes: true, no: false },
    ],
    [
      'one field that is skipped here and not there',
      'query ($yes: Boolean!) { me { name @skip(if: $yes) ...F } } fragment F on User { name }',
      { yes: true },
    ],
    [
      'arguments, given, by default and by variables',
      '{ me { pets { ... on Dog { tricks(first: 1) two: tricks } } } }',
      {},
    ],
    [
      'an enumeration and a list',
      'query ($c: Colour, $l: [Int]) { echo(colour: $c, list: $l) }',
      { c: 'GREEN', l: [1, null] },
    ],
    ['variables that are left out', 'query ($c: Colour = RED, $l: [Int]) { echo(colour: $c, list: $l) }', {}],
    ['a variable that is null', 'query ($l: [Int] = [1]) { echo(list: $l) }', { l: null }],
    ['a field that fails', '{ me { id broken } }', {}],
    ['a field that fails and must not be null', '{ me { id boss { never id } } }', {}],
    ['a root field that must not be null', '{ me { id } broken }', {}],
    ['what names its types', '{ __typename me { __typename } }', {}],
    [
      'questions about the schema',
      '{ __schema { queryType { name } } __type(name: "Pet") { possibleTypes { name } } }',
      {},
    ],
    ['a variable of a wrong type', 'query ($id: ID!) { user(id: $id) { id } }', { id: {} }],
    ['a variable that is missing', 'query ($id: ID!) { user(id: $id) { id } }', {}],
    ['an unknown value of an enumeration', 'query ($c: Colour) { echo(colour: $c) }', { c: 'BLUE' }],
  ])('%s', async (_, query, variables) => {
    const [first, ...others] = await answers(query, variables);
    for (const other of others) expect(other).toEqual(first);
  });
});

describe('a mutation', () => {
  it('stops at the first field that fails, however often it comes', async () => {
    const before = guesses;
    await answers('mutation { a: guess(n: 1) b: guess(n: 2) c: guess(n: 3) }');
    expect(guesses - before).toBe(6);
  });
});
