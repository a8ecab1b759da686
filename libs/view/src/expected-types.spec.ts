import { describe, expect, it } from '@jest/globals';
import { buildSchema, execute, type GraphQLResolveInfo, parse } from 'graphql';
import { expectedTypes } from './expected-types.ts';

const schema = buildSchema(`
  type Query { node: Node }
  interface Node { id: ID! }
  type Order implements Node { id: ID! product: Product }
  type Product implements Node { id: ID! }
  union Thing = Order | Product
`);

/** The types that the first field of a document is expected to be of. */
async function typesIn(source: string, variableValues = {}): Promise<string[]> {
  let info: GraphQLResolveInfo;
  const fieldResolver = (_: unknown, __: unknown, ___: unknown, its: GraphQLResolveInfo) => void (info = its);
  await execute({ schema, document: parse(source), variableValues, fieldResolver });
  return [...expectedTypes(info!)];
}

describe('the types that a document expects', () => {
  it.each<[string, string, string[]]>([
    ['are none for fields of the interface', '{ node { id __typename } }', []],
    ['that of an inline fragment', '{ node { id ... on Order { id } } }', ['Order']],
    ['that of a named one', '{ node { ...O } } fragment O on Order { id }', ['Order']],
    ['all of several', '{ node { ... on Product { id } ... on Order { id } } }', ['Product', 'Order']],
    [
      'those in a fragment on the interface, or on a union',
      '{ node { ... on Node { ... { ... on Order { id } } } ...T } } fragment T on Thing { ... on Product { id } }',
      ['Order', 'Product'],
    ],
    ['those of all fields that are merged', '{ node { id } node { ... on Order { id } } }', ['Order']],
    ['are none for nested fields', '{ node { ... on Order { product { ... on Product { id } } } } }', ['Order']],
    [
      'a fragment that is used twice, once left out',
      'query ($x: Boolean = false) { node { ...O @include(if: $x) ...O } } fragment O on Order { id }',
      ['Order'],
    ],
    [
      'none of what is left out',
      'query ($x: Boolean = true) { node { id ... on Order @skip(if: $x) { id } } }',
      [],
    ],
  ])('are %s', async (_, source, types) => {
    expect(await typesIn(source)).toEqual(types);
  });

  it('depend on what variables leave out', async () => {
    const source = 'query ($x: Boolean!) { node { ... on Order @include(if: $x) { id } ... on Product { id } } }';
    expect(await typesIn(source, { x: true })).toEqual(['Order', 'Product']);
    expect(await typesIn(source, { x: false })).toEqual(['Product']);
  });
});
