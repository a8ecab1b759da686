import { ACCESS } from '#gateway/declare/access';
import { REFUSALS } from '#gateway/declare/refusals';
import {
  parsedOperation,
  type PersistedOperation,
} from '#gateway/transports/graphql/documents/persisted-operations';
import { describe, expect, it } from '@jest/globals';
import { buildSchema } from 'graphql';
import { viewDeclarations, viewPaths } from './view-paths.ts';

const schema = buildSchema(`
  enum Kind { NEW OLD }
  interface Node { id: ID! }
  type Book implements Node { id: ID! title: String kind: Kind tags: [String!]! author: Person! }
  type Film implements Node { id: ID! minutes: Int! }
  type Person { id: ID! name: String friends: [Person!] }
  input Filter { word: String }
  type Query {
    me: Person!
    shop: Person
    book(ids: [ID!]): Book
    node(id: ID): Node
    books(filter: Filter, kinds: [Kind!], matrix: [[Int]], version: Int, limit: Int): [Book!]!
  }
  type Mutation { clear: Int }
`);
const fields = schema.getQueryType()!.getFields();
fields['me']!.extensions = { [ACCESS]: { scopes: ['me:read'] }, [REFUSALS]: ['NOT_FOUND'] };
fields['shop']!.extensions = { [ACCESS]: { isPublic: true } };
fields['book']!.extensions = { [ACCESS]: { scopes: ['books:read'], recentLogin: { maxAgeSeconds: 900 } } };
fields['node']!.extensions = { [ACCESS]: { recentLogin: { maxAgeSeconds: 300, acrValues: ['phr'] } } };

const operation = (text: string) => parsedOperation('web/page', text) as PersistedOperation;
const pathsOf = (text: string) => Object.keys(viewPaths(schema, [operation(text)]));

/** The OpenAPI operation of a view. */
function documented(text: string) {
  const paths = viewPaths(schema, [operation(text)]) as Record<
    string,
    {
      get: {
        parameters: { name: string; required: boolean; schema: object }[];
        responses: { 200: { content: Record<string, { schema: { properties: object } }> } };
      };
    }
  >;
  const { parameters, responses } = paths['/v1/views/web/page']!.get;
  return { parameters, schema: responses[200].content['application/json']!.schema };
}

const text = { type: 'string' };
const textOrNull = { type: ['string', 'null'] };

describe('the response schema of a view', () => {
  it('has merged fields, with all that is selected below them, required once', () => {
    const merged = {
      type: 'object',
      properties: { id: text, name: textOrNull },
      required: ['id', 'name'],
    };
    for (const one of [
      '{ me { id } ...F } fragment F on Query { me { name } }',
      '{ me { id } me { name } }',
      '{ me { id } ... { me { id name } } }',
    ])
      expect(documented(one).schema).toEqual({ type: 'object', properties: { me: merged }, required: ['me'] });
  });

  it('requires what is selected without a condition anywhere', () => {
    const { schema: its } = documented(
      'query ($a: Boolean!) { me { id name @skip(if: $a) } ...F @include(if: $a) } fragment F on Query { me { id } shop { id } }',
    );
    expect(its).toMatchObject({ required: ['me'], properties: { me: { required: ['id'] }, shop: {} } });
  });

  it('has lists, enums and nulls', () => {
    const kinds = { anyOf: [{ type: 'string', enum: ['NEW', 'OLD'] }, { type: 'null' }] };
    expect(documented('{ books { kind tags a: title } }').schema.properties).toEqual({
      books: {
        type: 'array',
        items: {
          type: 'object',
          properties: { kind: kinds, tags: { type: 'array', items: text }, a: textOrNull },
          required: ['kind', 'tags', 'a'],
        },
      },
    });
  });

  it('has an object for each type that an interface may be', () => {
    const { schema: its } = documented(
      '{ node { id ... on Book { title } ...F } } fragment F on Film { minutes }',
    );
    expect(its.properties).toEqual({
      node: {
        anyOf: [
          {
            anyOf: [
              { type: 'object', properties: { id: text, title: textOrNull }, required: ['id', 'title'] },
              {
                type: 'object',
                properties: { id: text, minutes: { type: 'integer' } },
                required: ['id', 'minutes'],
              },
            ],
          },
          { type: 'null' },
        ],
      },
    });
    const one = { type: ['object', 'null'], properties: { __typename: text, id: text } };
    expect(documented('{ node { __typename id } }').schema.properties).toMatchObject({ node: one });
  });
});

describe('the parameters of a view', () => {
  it('are its variables, lists as repeated ones', () => {
    const { parameters } = documented(
      'query ($ids: [ID!]! = "a", $kinds: [Kind!]) { book(ids: $ids) { id } books(kinds: $kinds) { id } }',
    );
    expect(parameters).toEqual([
      { name: 'ids', in: 'query', required: false, schema: { type: 'array', items: text } },
      {
        name: 'kinds',
        in: 'query',
        required: false,
        schema: { type: 'array', items: { type: 'string', enum: ['NEW', 'OLD'] } },
      },
    ]);
  });

  it.each([
    '$v: Filter) { books(filter: $v) { id }',
    '$v: [[Int]]) { books(matrix: $v) { id }',
    '$version: Int) { books(version: $version) { id }',
  ])('are not those that a query string cannot give: %s', (rest) =>
    expect(documented(`query (${rest} }`).parameters).toEqual([]),
  );

  it.each([
    '$v: Filter!) { books(filter: $v) { id }',
    '$v: [[Int]]!) { books(matrix: $v) { id }',
    '$version: Int!) { books(version: $version) { id }',
  ])('cannot be those: a query that requires one has no view: %s', (rest) => {
    expect(pathsOf(`query (${rest} }`)).toEqual([]);
    expect(pathsOf(`query (${rest.replace('!', '')} }`)).toHaveLength(2);
  });
});

it('a mutation has no view', () => {
  expect(pathsOf('mutation { clear }')).toEqual([]);
});

describe('the declarations of a view', () => {
  const declared = (query: string) => viewDeclarations(schema, [operation(query)]).get('view_web_page');

  it.each(['{ me { id } }', '{ ...F } fragment F on Query { ... { me { id } } }'])(
    'are those of its root fields, however they are selected: %s',
    (query) => {
      expect(declared(query)).toMatchObject({
        access: { isPublic: false, scopes: ['me:read'] },
        refusals: ['NOT_FOUND'],
      });
    },
  );

  it.each([
    '{ me { id } book { id } node { id } }',
    '{ node { id } ...F } fragment F on Query { book { id } me { id } }',
  ])('are the strictest of several root fields, in any order: %s', (query) => {
    const { scopes, recentLogin } = declared(query)!.access;
    expect([...scopes!].sort()).toEqual(['books:read', 'me:read']);
    expect(recentLogin).toEqual({ maxAgeSeconds: 300, acrValues: ['phr'] });
  });

  it.each([
    ['{ shop { id } }', true],
    ['{ ...F } fragment F on Query { shop { id } }', true],
    ['{ __typename }', true],
    ['{ shop { id } ...F } fragment F on Query { me { id } }', false],
  ])('say whether everyone may call it: %s: %s', (query, isPublic) => {
    expect(Boolean(declared(query)!.access.isPublic)).toBe(isPublic);
  });
});
