import { describe, expect, it } from '@jest/globals';
import { GatewayError } from '#libs/errors';
import { createLogger, inRequest } from '#libs/observe';
import { LogLines } from '#libs/testing';
import { buildSchema, graphql, GraphQLError } from 'graphql';
import type { PinoLogger } from 'nestjs-pino';
import type { Config } from '#gateway/config/config';
import { ErrorFormat } from './format-error.ts';

/** The formatted error, and the log. */
function formatted(error: GraphQLError, NODE_ENV: Config['NODE_ENV'] = 'test') {
  const log = new LogLines();
  const logger = createLogger('gateway', 'info', log) as unknown as PinoLogger;
  const errors = new ErrorFormat({ NODE_ENV } as Config, logger);
  const published = inRequest({ requestId: 'r1' }, () => errors.format(error));
  return { published: JSON.parse(JSON.stringify(published)) as typeof published, lines: log.lines };
}

/** The GraphQL error of a resolver that throws. */
async function thrownBy(resolver: () => unknown): Promise<GraphQLError> {
  const schema = buildSchema('type Query { order: Int }');
  const { errors } = await graphql({ schema, source: '{ order }', rootValue: { order: resolver } });
  return errors![0]!;
}

const failure = (error: unknown) => () => {
  throw error;
};

describe('a GraphQL error', () => {
  it('of a GatewayError has its code, its fields and the request id', async () => {
    const errors = [{ field: 'first', message: 'Too big' }];
    const error = await thrownBy(
      failure(new GatewayError('VALIDATION_FAILED', { detail: 'first: Too big.', errors })),
    );
    const { published, lines } = formatted(error);
    expect(published).toEqual({
      message: 'first: Too big.',
      path: ['order'],
      locations: [{ line: 1, column: 3 }],
      extensions: { code: 'VALIDATION_FAILED', requestId: 'r1', errors },
    });
    expect(lines).toEqual([]);
  });

  it('of a GatewayError does not disclose its cause', async () => {
    const cause = new Error('connect ECONNREFUSED 10.0.0.7');
    const { published } = formatted(await thrownBy(failure(new GatewayError('UPSTREAM_UNAVAILABLE', { cause }))));
    expect(published).toMatchObject({
      message: 'Upstream unavailable',
      extensions: { code: 'UPSTREAM_UNAVAILABLE' },
    });
    expect(JSON.stringify(published)).not.toMatch(/ECONNREFUSED|10\.0\.0\.7|stack/);
  });

  it.each([
    ['an error', new TypeError('secret')],
    ['something that is no error', 'secret'],
    [
      'an error with a code of its own',
      Object.assign(new Error('secret'), { extensions: { code: 'INTERNAL_SERVER_ERROR' } }),
    ],
    ['an error that passes for a refusal', Object.assign(new Error('secret'), { code: 'NOT_FOUND', status: 404 })],
  ])('that is unexpected is INTERNAL without its message, which is logged: %s', async (_, error) => {
    const { published, lines } = formatted(await thrownBy(failure(error)));
    expect(published).toMatchObject({
      message: 'Internal error',
      extensions: { code: 'INTERNAL', requestId: 'r1' },
    });
    expect(JSON.stringify(published)).not.toContain('secret');
    expect(lines).toMatchObject([{ level: 'error', msg: 'internal error', requestId: 'r1' }]);
    expect(JSON.stringify(lines)).toContain('secret');
  });

  it.each([
    ['what a resolver answers', () => 1.5],
    ['a list that is none', () => ({})],
  ])('of graphql-js about a wrong value of a service is INTERNAL: %s', async (_, resolver) => {
    const { published, lines } = formatted(await thrownBy(resolver));
    expect(published.extensions).toMatchObject({ code: 'INTERNAL' });
    expect(lines).toHaveLength(1);
  });
});

const sensitive = buildSchema(`
  enum Colour { RED GREEN }
  input Login { email: String! password: String! retries: Int again: [Login!] }
  type Query { login(input: Login!, colour: Colour = RED, colours: [Colour!]): Int }
`);
const SECRET = 'hunter2 "; Did you mean x"';

/** The errors of a document or its variables. */
async function mistakesIn(source: string, variableValues: object): Promise<readonly GraphQLError[]> {
  const rootValue = { login: () => 1 };
  const { errors } = await graphql({
    schema: sensitive,
    source,
    rootValue,
    variableValues: { ...variableValues },
  });
  return errors!;
}

const byVariable = 'query ($i: Login!, $c: Colour, $l: [Colour!]) { login(input: $i, colour: $c, colours: $l) }';
const password = JSON.stringify(SECRET);

it('refuses a document with all of its errors, and the code of the first', async () => {
  const mistakes = await mistakesIn('{ login(colour: RED) nothing }', {});
  const errors = new ErrorFormat({ NODE_ENV: 'test' } as Config, {} as PinoLogger);
  const refused = inRequest({ requestId: 'r1' }, () => errors.refusal(mistakes));
  expect(refused).toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED', status: 400, detail: mistakes[0]!.message });
  expect(refused.mistakes).toHaveLength(mistakes.length);
  expect(refused.mistakes[1]).toMatchObject({
    locations: [{ line: 1, column: expect.any(Number) }],
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED', requestId: 'r1' },
  });
});

describe('an answer that its type does not allow', () => {
  const schema = buildSchema(`
    interface Node { id: ID! }
    type Order implements Node { id: ID! }
    type User { name: String }
    union Result = Order
    type Query { node: Node result: Result nodes: [Node!] }`);
  it.each([
    ['an interface, of no type', '{ node { id } }', { node: { id: 1 } }],
    ['an interface, of another type', '{ node { id } }', { node: { __typename: 'User' } }],
    ['a union, of a type that is not there', '{ result { __typename } }', { result: { __typename: 'Basket' } }],
    ['an item', '{ nodes { id } }', { nodes: [{ __typename: 'User' }] }],
    ['no list', '{ nodes { id } }', { nodes: 'none' }],
  ])('is an internal error, and logged: %s', async (_, source, rootValue) => {
    const { errors } = await graphql({ schema, source, rootValue });
    const { published, lines } = formatted(errors![0]!);
    expect(published).toMatchObject({ message: 'Internal error', extensions: { code: 'INTERNAL' } });
    expect(lines).toMatchObject([{ level: 'error' }]);
  });
});

describe("a client's mistake", () => {
  it.each([
    [
      'an unknown field in a variable',
      byVariable,
      { i: { email: 'a', passwrd: SECRET, password: 'x' } },
      'Variable "$i" got an invalid value; Field "passwrd" is not defined by type "Login".',
    ],
    [
      'a field that is missing beside it',
      byVariable,
      { i: { password: SECRET } },
      'Variable "$i" got an invalid value; Field "email" of required type "String!" was not provided.',
    ],
    [
      'a value of another type, far below',
      byVariable,
      { i: { email: 'a', password: 'b', again: [{ email: 'a', password: [SECRET] }] } },
      'Variable "$i" got an invalid value at "i.again[0].password"; String cannot represent a non string value.',
    ],
    [
      'a number that is none',
      byVariable,
      { i: { email: 'a', password: 'b', retries: SECRET } },
      'Variable "$i" got an invalid value at "i.retries"; Int cannot represent non-integer value.',
    ],
    [
      'an unknown value of an enumeration',
      byVariable,
      { i: { email: 'a', password: 'b' }, c: SECRET },
      'Variable "$c" got an invalid value; The value does not exist in "Colour" enum.',
    ],
    [
      'something that is no value of it',
      byVariable,
      { i: { email: 'a', password: 'b' }, l: [{ x: SECRET }] },
      'Variable "$l" got an invalid value at "l[0]"; Enum "Colour" cannot represent non-string value.',
    ],
    [
      'no object',
      byVariable,
      { i: SECRET },
      'Variable "$i" got an invalid value; Expected type "Login" to be an object.',
    ],
    ['a literal of another type', `{ login(input: ${password}) }`, {}, 'Expected value of type "Login!".'],
    [
      'a literal that is too much',
      `{ login(input: { email: "a", password: "b", retries: ${password} }) }`,
      {},
      'Int cannot represent non-integer value.',
    ],
    [
      'a literal in the place of a name',
      `{ login(input: { email: "a" ${password} }) }`,
      {},
      'Syntax Error: Expected Name, found String.',
    ],
    [
      'null by a variable beside it',
      `query ($e: String = "a") { login(input: { email: $e, password: ${password} }) }`,
      { e: null },
      'Argument "input" has an invalid value.',
    ],
    [
      'an unknown value in a document',
      `{ login(input: { email: "a", password: ${password} }, colour: REED) }`,
      {},
      'The value does not exist in "Colour" enum.',
    ],
  ])(
    'is GRAPHQL_VALIDATION_FAILED or GRAPHQL_PARSE_FAILED, not logged, and in production quotes nothing: %s',
    async (_, source, variables, message) => {
      const [error] = await mistakesIn(source, variables);
      const code = error!.nodes ? 'GRAPHQL_VALIDATION_FAILED' : 'GRAPHQL_PARSE_FAILED';
      const { published, lines } = formatted(error!, 'production');
      expect(published).toMatchObject({ message, extensions: { code } });
      expect(JSON.stringify(published)).not.toMatch(/hunter2|Did you mean/);
      expect(lines).toEqual([]);
      expect(formatted(error!).published.message).toBe(error!.message);
    },
  );
});
