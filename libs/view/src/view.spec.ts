import { beforeAll, describe, expect, it } from '@jest/globals';
import { Query, Resolver } from '@nestjs/graphql';
import { type GraphQLInterfaceType, type GraphQLSchema, printType } from 'graphql';
import { DateTime, fieldsOf, isView, viewName } from '#libs/view';
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

  it('shows its fields with their types, and as nullable only what may be missing', () => {
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

  it('shows the interfaces that it implements, whose answers name their type', async () => {
    expect(sdlOf(schema, 'Kept')).toBe('interface Kept {\n  id: ID!\n}');
    expect(printType(schema.getType('Kept')!)).toContain('"""What is on a shelf."""');
    const { resolveType } = schema.getType('Kept') as GraphQLInterfaceType;
    const answer = { __typename: 'Book', id: 'b1' };
    expect(await resolveType!(answer, {}, { schema } as never, {} as never)).toBe('Book');
  });

  it('shows an enumeration with the values it was declared with', () => {
    expect(sdlOf(schema, 'Genre')).toBe('enum Genre {\n  NOVEL\n  POETRY\n}');
  });

  it('shows the views it leads to, in circles too', () => {
    expect(sdlOf(schema, 'Author')).toBe('type Author {\n  books: [Book!]!\n  id: ID!\n}');
  });

  it('is described', () => {
    expect(printType(schema.getType('Book')!)).toContain('"""A book."""');
    expect(printType(schema.getType('Book')!)).toContain('"""As on the cover."""');
    expect(printType(schema.getType('Genre')!)).toContain('"""What kind of book it is."""');
  });
});

describe('the registry of views', () => {
  it('knows a view by the name clients know it by', () => {
    expect(viewName(BookView)).toBe('Book');
  });

  it('takes no other class for a view, not even after asking about its fields', () => {
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
  it('has every value as a member of the same name, and cannot be changed', () => {
    expect(Genre).toMatchObject({ name: 'Genre', values: ['NOVEL', 'POETRY'] });
    expect(Genre.members).toEqual({ NOVEL: 'NOVEL', POETRY: 'POETRY' });
    expect(Object.isFrozen(Genre.members)).toBe(true);
  });
});
