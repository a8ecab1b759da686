import { describe, expect, it } from '@jest/globals';
import { deprecationTable } from './deprecation-table.ts';

describe('the table of deprecations', () => {
  it('has fields, arguments, fields of inputs and enum values, each with its reason', () => {
    const table = deprecationTable(`
      type Query {
        book(id: ID!, isbn: String @deprecated(reason: "Use id.")): Book
      }
      interface Kept { shelf: Int @deprecated(reason: "No | shelves\\n any more.") }
      type Book implements Kept { shelf: Int title: String @deprecated }
      enum Genre { NOVEL PROSE @deprecated(reason: "Use NOVEL.") }
      input BookInput { id: ID cover: String @deprecated(reason: "Covers are drawn.") }
    `);
    expect(table.split('\n')).toEqual([
      '| Deprecated | What its schema says |',
      '| --- | --- |',
      '| `Book.title` | No longer supported |',
      '| `BookInput.cover` | Covers are drawn. |',
      '| `Genre.PROSE` | Use NOVEL. |',
      '| `Kept.shelf` | No \\| shelves any more. |',
      '| `Query.book(isbn:)` | Use id. |',
    ]);
  });

  it('reports that there are none', () => {
    expect(deprecationTable('type Query { id: ID }')).toContain('| nothing | |');
  });
});
