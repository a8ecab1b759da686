import { describe, expect, it } from '@jest/globals';
import { fieldsOf, viewRef, viewSchemas } from '#libs/view';
import { BookView } from './library.fixture.ts';

describe('a view in OpenAPI', () => {
  const { Book, Author, Genre: genre } = viewSchemas([BookView]);
  const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

  it('has its fields with their types, nullable only if declared', () => {
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

  it('deprecates no other field', () => {
    const all = Object.values(Book!['properties'] as Record<string, object>);
    expect(all.filter((one) => 'deprecated' in one)).toHaveLength(1);
  });

  it('requires every field except joined ones and those that are omitted instead of null', () => {
    const fieldNames = fieldsOf(BookView).map(({ name }) => name);
    expect(Book!['required']).toEqual(fieldNames.filter((name) => name !== 'translator' && name !== 'reprint'));
    expect(Author!['required']).toEqual(['id']);
  });

  it('has the same fields as in GraphQL, in the order of declaration', () => {
    expect(Object.keys(Book!['properties'] as object)).toEqual(fieldsOf(BookView).map(({ name }) => name));
  });

  it('includes all referenced views, and every enumeration', () => {
    expect(genre).toEqual({ type: 'string', enum: ['NOVEL', 'POETRY'] });
    expect(Author).toMatchObject({ properties: { books: { type: 'array', items: ref('Book') } } });
    expect(viewRef(BookView)).toEqual(ref('Book'));
  });
});
