import { describe, expect, it } from '@jest/globals';
import {
  parsedOperation,
  type PersistedOperation,
} from '#gateway/transports/graphql/documents/persisted-operations';
import { graphqlChanges } from './graphql-changes.ts';

const SCHEMA = `
  type Query { me: User! books(genre: Genre, first: Int = 5): [Book!]! found: Found }
  type Mutation { sell(input: SaleInput!): Book }
  interface Kept { id: ID! }
  type Book implements Kept { id: ID! title: String! coverUrl: String genre: Genre! author: User }
  type User { id: ID! name: String! }
  union Found = Book | User
  enum Genre { NOVEL POETRY }
  input SaleInput { bookId: ID! copies: Int price: PriceInput }
  input PriceInput { cents: Int! }
`;

/** The operations that were released, and one that is newer than the release. */
const OPERATIONS = {
  'web/covers': 'query WebCovers { books(first: 2) { title coverUrl } }',
  'web/poems': 'query WebPoems { books(genre: POETRY) { ...B } } fragment B on Book { id genre }',
  'app/sell': 'mutation AppSell($input: SaleInput!) { sell(input: $input) { id } }',
  'app/one': 'mutation AppOne { sell(input: { bookId: "b1", copies: 1 }) { id } }',
  'app/found': 'query AppFound { found { ... on User { name } } me { id } }',
  'app/newer': 'query AppNewer { books { subtitle } }',
};

const released = Object.entries(OPERATIONS).map(([id, text]) => {
  const operation = parsedOperation(id, text) as PersistedOperation;
  return { ...operation, ids: [id], releases: ['1.0.0'] };
});

const changed = (from: string, to: string) => {
  expect(SCHEMA).toContain(from);
  return graphqlChanges(SCHEMA, SCHEMA.replace(from, to), released).map(({ what, isBreaking, operations }) => {
    const ids = operations.map((name) => name.replace(/ \(1\.0\.0\)$/, '')).sort();
    return { what, isBreaking, operations: ids };
  });
};

describe('a change of the GraphQL schema', () => {
  it('is not reported for equal schemas, nor for added fields and types', () => {
    expect(graphqlChanges(SCHEMA, SCHEMA, released)).toEqual([]);
    expect(changed('type User {', 'type New { id: ID } type User { nick: String')).toEqual([]);
  });

  it.each<[string, string, string, string, string[]]>([
    [
      'a renamed field',
      'coverUrl: String',
      'pictureUrl: String',
      'Book.coverUrl was removed. Book.pictureUrl of the same type is new.',
      ['web/covers'],
    ],
    ['a removed field', 'coverUrl: String', '', 'Book.coverUrl was removed.', ['web/covers']],
    ['a removed argument', ', first: Int = 5', '', 'Query.books arg first was removed.', ['web/covers']],
    [
      'a field made nullable',
      'me: User!',
      'me: User',
      'Query.me may be null: it was User!, and is User.',
      ['app/found'],
    ],
    [
      'a field of another type',
      'title: String!',
      'title: Int!',
      'Book.title changed type from String! to Int!.',
      ['web/covers'],
    ],
    [
      'elements of a list made nullable',
      '[Book!]!',
      '[Book]!',
      'Query.books changed type from [Book!]! to [Book]!.',
      ['web/covers', 'web/poems'],
    ],
    ['an enum value removed', 'NOVEL POETRY', 'NOVEL', 'POETRY was removed from enum type Genre.', ['web/poems']],
    [
      'a type that leaves a union',
      'Found = Book | User',
      'Found = Book',
      'User was removed from union type Found.',
      ['app/found'],
    ],
    [
      'a type that leaves an interface',
      'Book implements Kept',
      'Book',
      'Book no longer implements interface Kept.',
      ['app/one', 'app/sell', 'web/covers', 'web/poems'],
    ],
    [
      'a newly required argument',
      'genre: Genre,',
      'genre: Genre, shop: ID!,',
      'A required arg shop on Query.books was added.',
      ['web/covers', 'web/poems'],
    ],
    [
      'a newly required field of an input',
      'copies: Int',
      'copies: Int shop: ID!',
      'A required field shop on input type SaleInput was added.',
      ['app/one', 'app/sell'],
    ],
    [
      'a removed field of an input, in a variable or a literal',
      'copies: Int',
      '',
      'SaleInput.copies was removed.',
      ['app/one', 'app/sell'],
    ],
    [
      'a field of an input in an input',
      'cents: Int!',
      'cents: Float!',
      'PriceInput.cents changed type from Int! to Float!.',
      ['app/sell'],
    ],
  ])('breaks the operations that use it: %s', (_, from, to, what, operations) => {
    expect(changed(from, to)).toEqual([{ what, isBreaking: true, operations }]);
  });

  it.each<[string, string, string, string, string[]]>([
    ['an enum value added', 'POETRY }', 'POETRY PLAY }', 'PLAY was added to enum type Genre.', ['web/poems']],
    [
      'a default that changes',
      'first: Int = 5',
      'first: Int = 9',
      'Query.books arg first has changed defaultValue from 5 to 9.',
      ['web/covers', 'web/poems'],
    ],
    [
      'a newly implemented interface',
      'type User {',
      'type User implements Kept {',
      'Kept added to interfaces implemented by User.',
      ['app/found'],
    ],
  ])('is dangerous for the operations that use it: %s', (_, from, to, what, operations) => {
    expect(changed(from, to)).toEqual([{ what, isBreaking: false, operations }]);
  });

  it('is also reported if no operation uses it', () => {
    const [change] = changed('copies: Int price', 'price');
    expect(change).toMatchObject({ isBreaking: true });
    expect(changed('author: User', '')).toEqual([
      { what: 'Book.author was removed.', isBreaking: true, operations: [] },
    ]);
  });
});
