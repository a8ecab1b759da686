import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Client } from '#test/support/client';
import { Shop } from '#test/support/shop';
import { getIntrospectionQuery, type IntrospectionQuery } from 'graphql';

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
});
afterAll(() => shop?.close());

/** Of GraphQL of September 2025, 3.13. */
const LOCATIONS = [
  'QUERY',
  'MUTATION',
  'SUBSCRIPTION',
  'FIELD',
  'FRAGMENT_DEFINITION',
  'FRAGMENT_SPREAD',
  'INLINE_FRAGMENT',
  'VARIABLE_DEFINITION',
  'SCHEMA',
  'SCALAR',
  'OBJECT',
  'FIELD_DEFINITION',
  'ARGUMENT_DEFINITION',
  'INTERFACE',
  'UNION',
  'ENUM',
  'ENUM_VALUE',
  'INPUT_OBJECT',
  'INPUT_FIELD_DEFINITION',
];

it('names directives and locations that clients of the edition of 2025 know', async () => {
  const { body } = await Client.anonymous(shop).post('/graphql', { query: getIntrospectionQuery() });
  const { directives } = (body as { data: IntrospectionQuery }).data.__schema;
  expect(directives.map(({ name }) => name)).toEqual(['include', 'skip', 'deprecated', 'specifiedBy', 'oneOf']);
  const locations = directives.flatMap((directive) => [...directive.locations]);
  expect(locations.filter((location) => !LOCATIONS.includes(location))).toEqual([]);
});
