import { describe, expect, it } from '@jest/globals';
import { fieldsOf, viewRef, viewSchemas } from '#libs/view';
import { BookView } from './library.fixture.ts';

describe('a view in OpenAPI', () => {
  const { Book, Author, Genre: genre } = viewSchemas([BookView]);
  const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

  it('shows its fields with their types, and as nullable only what may be missing', () => {
    expect(Book).toMatchObject({
      type: 'object',
      description: 'A book.',
      properties: {
        id: { type: 'string' },
        title: { type: 'string', description: 'As on the cover.' },
        genre: ref('Genre'),
        secondGenre: { oneOf: [ref('Genre'), { type: 'null' }], description: 'Where it has two.' },
        quotes: { type: ['array', 'null'], items: { type: 'string' } },
        related: { type: 'array', items: ref('Genre') },
        pages: { type: 'integer', format: 'int32' },
        rating: { type: ['number', 'null'] },
        sold: { type: 'integer', maximum: Number.MAX_SAFE_INTEGER, minimum: Number.MIN_SAFE_INTEGER },
        publishedAt: { type: 'string', format: 'date-time' },
        inPrint: { type: 'boolean' },
        author: ref('Author'),
        translator: { oneOf: [ref('Author'), { type: 'null' }] },
        binding: {
          type: ['string', 'null'],
          deprecated: true,
          description: 'On the back. Deprecated: Use title.',
        },
      },
    });
  });

  it('says deprecated of nothing else', () => {
    const all = Object.values(Book!['properties'] as Record<string, object>);
    expect(all.filter((one) => 'deprecated' in one)).toHaveLength(1);
  });

  it('promises every field but those that are joined, and those that are left out rather than null', () => {
    const fieldNames = fieldsOf(BookView).map(({ name }) => name);
    expect(Book!['required']).toEqual(fieldNames.filter((name) => name !== 'translator' && name !== 'reprint'));
    expect(Author!['required']).toEqual(['id']);
  });

  it('has the same fields as in GraphQL, in the order they are declared', () => {
    expect(Object.keys(Book!['properties'] as object)).toEqual(fieldsOf(BookView).map(({ name }) => name));
  });

  it('brings the views it leads to, and every enumeration', () => {
    expect(genre).toEqual({ type: 'string', enum: ['NOVEL', 'POETRY'] });
    expect(Author).toMatchObject({ properties: { books: { type: 'array', items: ref('Book') } } });
    expect(viewRef(BookView)).toEqual(ref('Book'));
  });
});
