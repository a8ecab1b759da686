import { beforeAll, describe, expect, it } from '@jest/globals';
import { Query, Resolver } from '@nestjs/graphql';
import { type GraphQLInterfaceType, type GraphQLSchema, printType } from 'graphql';
import { DateTime, fieldsOf, isView, viewByName, viewName } from '#libs/view';
import { BookView, Genre } from './library.fixture.ts';
import { schemaOf, sdlOf } from './schema.fixture.ts';

@Resolver(() => BookView)
class BookResolver {
  @Query(() => BookView)
  book() {
    return undefined;
  }
}

describe('a view in GraphQL', () => {
  let schema: GraphQLSchema;
  beforeAll(async () => {
    schema = await schemaOf(BookResolver);
  });

  it('has its fields with their types, nullable only if declared', () => {
    expect(sdlOf(schema, 'Book')).toBe(`type Book implements Kept {
  author: Author!
  binding: String @deprecated(reason: "Use title.")
  genre: Genre!
  id: ID!
  inPrint: Boolean!
  pages: Int!
  publishedAt: DateTime!
  quotes: [String!]
  rating: Float
  related: [Genre!]!
  reprint: Int
  secondGenre: Genre
  sold: SafeInt!
  title: String!
  translator: Author
}`);
  });

  it('has the interfaces that it implements, with their type names in answers', async () => {
    expect(sdlOf(schema, 'Kept')).toBe('interface Kept {\n  id: ID!\n}');
    expect(printType(schema.getType('Kept')!)).toContain('"""What is on a shelf."""');
    const { resolveType } = schema.getType('Kept') as GraphQLInterfaceType;
    const answer = { __typename: 'Book', id: 'b1' };
    expect(await resolveType!(answer, {}, { schema } as never, {} as never)).toBe('Book');
  });

  it('has an enumeration with its declared values', () => {
    expect(sdlOf(schema, 'Genre')).toBe('enum Genre {\n  NOVEL\n  POETRY\n}');
  });

  it('has the referenced views, also circular ones', () => {
    expect(sdlOf(schema, 'Author')).toBe('type Author {\n  books: [Book!]!\n  id: ID!\n}');
  });

  it('has descriptions in the schema', () => {
    expect(printType(schema.getType('Book')!)).toContain('"""A book."""');
    expect(printType(schema.getType('Book')!)).toContain('"""As on the cover."""');
    expect(printType(schema.getType('Genre')!)).toContain('"""What kind of book it is."""');
  });
});

describe('the registry of views', () => {
  it('has the public name of a view', () => {
    expect(viewName(BookView)).toBe('Book');
    expect([viewByName('Book'), viewByName('None')]).toEqual([BookView, undefined]);
  });

  it('does not register other classes, not even after a query for their fields', () => {
    class NoView {}
    expect(fieldsOf(NoView)).toEqual([]);
    expect([isView(NoView), isView(String), isView(Genre), isView(DateTime), isView(BookView)]).toEqual([
      false,
      false,
      false,
      false,
      true,
    ]);
  });
});

describe('an enumeration', () => {
  it('has every value as a member of the same name, and is immutable', () => {
    expect(Genre).toMatchObject({ name: 'Genre', values: ['NOVEL', 'POETRY'] });
    expect(Genre.members).toEqual({ NOVEL: 'NOVEL', POETRY: 'POETRY' });
    expect(Object.isFrozen(Genre.members)).toBe(true);
  });
});
