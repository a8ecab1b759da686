import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { buildSchema } from 'graphql';
import { persistedOperationsIn } from './persisted-operations.ts';
import { viewPaths } from '#gateway/transports/graphql/views/view-paths';

const schema = buildSchema('type Query { page(first: Int): Int }');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atrium-clients-'));
  mkdirSync(join(folder, 'web'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The operation read from a file, and the OpenAPI operation of its route. */
function read(text: string) {
  writeFileSync(join(folder, 'web/page.graphql'), text);
  const operations = persistedOperationsIn(folder, schema);
  const paths = viewPaths(schema, operations.values()) as Record<string, { get: Record<string, unknown> }>;
  return paths['/v1/views/web/page']!.get;
}

describe('an operation in a file', () => {
  it('is documented by its description', () => {
    const { summary, description } = read('"The page of a product." query Page { page }');
    expect([summary, description]).toEqual(['The page of a product', undefined]);
  });

  it('has the first line of a long description as its summary, and all of it as its description', () => {
    const { summary, description } = read('"""\n  The page.\n\n  With *all* of it.\n"""\nquery Page { page }');
    expect([summary, description]).toEqual(['The page', 'The page.\n\nWith *all* of it.']);
  });

  it('has the descriptions of its variables on its parameters', () => {
    expect(
      read('query Page("How many." $first: Int, $last: Int) { page(first: $first) b: page(first: $last) }'),
    ).toMatchObject({
      parameters: [
        { name: 'first', description: 'How many.', schema: { type: 'integer' } },
        expect.not.objectContaining({ description: expect.anything() }),
      ],
    });
  });

  it.each([
    ['a comment', '# The page.\nquery Page { page }', 'The page'],
    ['nothing', '{ page }', 'web/page'],
    ['an empty description', '"" query Page { page }', 'web/page'],
  ])('with %s instead of a description is documented by that, or by its id', (_, text, summary) => {
    expect(read(text)).toMatchObject({ summary });
  });

  it('may not be empty, nor use @defer', () => {
    expect(() => read('query Page { }')).toThrow(
      /web\/page\.graphql: Syntax Error: A selection set must have a field\./,
    );
    expect(() => read('query Page { ... @defer { page } }')).toThrow(
      /web\/page\.graphql: Unknown directive "@defer"/,
    );
  });
});
