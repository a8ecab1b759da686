import type { Config } from '#gateway/config/config';
import type { GraphqlContext } from '#gateway/declare/request-context';
import { GatewayError } from '#libs/errors';
import { describe, expect, it } from '@jest/globals';
import type { GraphqlOperation } from '#gateway/transports/graphql/operation/graphql-operation';
import {
  buildSchema,
  execute,
  type ExecutionResult,
  getOperationAST,
  GraphQLObjectType,
  parse,
  validate,
} from 'graphql';
import { Executor } from './executor.ts';

const schema = buildSchema(`
  directive @weight(n: Int) on FIELD
  enum Colour { RED GREEN }
  interface Named { name: String! }
  type Cat implements Named { name: String! lives: Int! }
  type Dog implements Named { name: String! tricks(first: Int = 2): [String!] }
  union Pet = Cat | Dog
  input Filter { colour: Colour = RED names: [String!] }
  type User { id: ID! name: String! pets(filter: Filter): [Pet!]! named: [Named] boss: User broken: String never: String! }
  type Query { me: User odd: Cat list: [Cat!] user(id: ID!): User echo(colour: Colour, list: [Int]): String! broken: String! }
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
/** How often root fields of queries were resolved. */
let resolved = 0;

const resolvers: Record<string, Record<string, (...given: never[]) => unknown>> = {
  Query: {
    me: async () => me,
    odd: () => ({ name: 'Tom', lives: 'many' }),
    list: async () => [cat, null, { name: {} }],
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
  for (const [name, resolve] of Object.entries(fields))
    known[name]!.resolve = (...given) => {
      if (type === 'Query') resolved += 1;
      return resolve(...(given as unknown as never[]));
    };
}

/** More runs than any cache or optimisation needs to take effect. */
const TIMES = 8;

function anExecutor(): Executor {
  const executor = new Executor({ NODE_ENV: 'test' } as Config);
  executor.schema = schema;
  return executor;
}

/** The result of graphql-js, and the results of repeated runs here. */
async function answers(query: string, variables = {}) {
  const executor = anExecutor();
  const document = parse(query);
  expect(validate(schema, document)).toEqual([]);
  const node = getOperationAST(document)!;
  const operation: GraphqlOperation = { id: query, document, node, isOnly: true };
  const all: object[] = [];
  let written = 0;
  resolved = 0;
  for (let time = 0; time < TIMES; time += 1) {
    const answer = await executor.write(operation, {} as GraphqlContext, variables);
    if (answer && 'text' in answer) {
      written += 1;
      all.push({ data: answer.text, errors: undefined });
    } else all.push(comparable(answer ?? (await executor.run({ document }, {} as GraphqlContext, variables))));
  }
  const calls = resolved / TIMES;
  resolved = 0;
  const reference = comparable(await execute({ schema, document, variableValues: variables }));
  // Root fields are use cases: each runs as often as graphql-js runs it.
  expect(calls).toBe(resolved);
  return { all, written, reference };
}

const comparable = ({ data, errors }: ExecutionResult) => ({
  // The order of keys matters.
  data: JSON.stringify(data ?? null),
  errors: errors?.map(({ message, path, originalError, extensions }) => {
    return { message, path, code: (originalError as GatewayError | undefined)?.code, extensions };
  }),
});

describe('a document is answered as by graphql-js, however often it is run', () => {
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
    [
      'values of another type beside a root field that fails and must not be null',
      'query Q($n: ID!) { odd { lives } user(id: $n) { name } broken }',
      { n: 3 },
    ],
    ['values of another type', '{ me { id } odd { name lives } one: odd { name } list { name } }', {}],
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
    const { all, reference } = await answers(query, variables);
    for (const one of all) expect(one).toEqual(reference);
  });
});

const P = 'fragment P on User { id name }';
const both = (selection: string, more = P) =>
  `query ($a: Boolean!, $b: Boolean!) { one: me { ${selection.replaceAll('$x', '$a')} } two: me { ${selection.replaceAll('$x', '$b')} } } ${more}`;

describe('a condition applies only to its own selection (GraphQL, 3.13)', () => {
  it.each([
    ['on spreads of one fragment', both('id ...P @include(if: $x)')],
    ['on nothing but spreads', both('...P @include(if: $x)')],
    ['around spreads of one fragment', both('id ... @skip(if: $x) { ...P }')],
    [
      'on spreads in fragments that are spread twice',
      both('...Q @include(if: $x) boss { ...Q @skip(if: $x) }', `${P} fragment Q on User { boss { ...P } name }`),
    ],
    [
      'on a field of a fragment, spread under other conditions',
      `query ($a: Boolean!, $b: Boolean!) { one: me { id ...R @skip(if: $b) } two: me { id ...R @include(if: $b) } }
       fragment R on User { name @include(if: $a) boss @skip(if: $a) { id } }`,
    ],
    [
      'on one of two that are merged',
      'query ($a: Boolean!, $b: Boolean!) { me { name @include(if: $a) name @include(if: $b) boss @skip(if: $a) { id } boss { name @skip(if: $b) } } }',
    ],
    [
      'on the first spread of a fragment, and not on the second',
      `query ($a: Boolean!, $b: Boolean!) { me { ...P @include(if: $a) id @skip(if: $b) ...P } } ${P}`,
    ],
    ['on both at once', 'query ($a: Boolean!, $b: Boolean!) { me { id name @skip(if: $a) @include(if: $b) } }'],
    [
      'on root fields, so that nothing may be left',
      'query ($a: Boolean!, $b: Boolean!) { one: me @include(if: $a) { id } two: me @skip(if: $b) { name @include(if: $a) } }',
    ],
  ])('%s', async (_, query) => {
    for (const a of [true, false])
      for (const b of [true, false]) {
        const { all, written, reference } = await answers(query, { a, b });
        for (const one of all) expect(one).toEqual(reference);
        expect(written).toBe(TIMES);
      }
  });

  it.each([
    ['a default of the operation', 'query ($a: Boolean = true) { me { id name @skip(if: $a) } }', {}, TIMES],
    [
      'null where there is a default',
      'query ($a: Boolean = true) { me { id name @skip(if: $a) } }',
      { a: null },
      0,
    ],
    ['no boolean', 'query ($a: Boolean!) { me { id name @skip(if: $a) } }', { a: 'yes' }, 0],
    [
      'a variable of the prototype',
      'query ($toString: Boolean! = false) { me { id @skip(if: $toString) } }',
      {},
      TIMES,
    ],
    [
      'more conditions than shapes are kept for',
      `query (${'abcdef'.replace(/./g, '$$$&: Boolean! = true ')}) { me { ${'abcdef'.replace(/./g, '$&: id @include(if: $$$&) ')} } }`,
      {},
      0,
    ],
  ])('with %s', async (_, query, variables, times) => {
    const { all, written, reference } = await answers(query, variables);
    for (const one of all) expect(one).toEqual(reference);
    expect(written).toBe(times);
  });
});

describe('a mutation', () => {
  it('stops at the first non-null field that fails, however often it is run', async () => {
    const before = guesses;
    await answers('mutation { a: guess(n: 1) b: guess(n: 2) c: guess(n: 3) }');
    expect(guesses - before).toBe(TIMES + 1);
  });
});
