import { describe, expect, it } from '@jest/globals';
import { buildSchema, parse } from 'graphql';
import { mistakesIn } from './mistakes-in.ts';

const schema = buildSchema(`
  type Query { total: Int }
  type Moved { id: ID, order: Int }
  type Subscription { moved: Moved, added: Int }
`);
const found = (text: string) => mistakesIn(schema, parse(text)).map(({ message }) => message);
const AT_ROOT = 'A subscription must not have @skip or @include at its root.';

describe('a subscription with a condition', () => {
  it.each([
    ['by a variable', 'subscription ($a: Boolean!) { moved @include(if: $a) { id } }'],
    ['by a variable with a default', 'subscription ($a: Boolean = true) { moved @skip(if: $a) { id } }'],
    ['by a value', 'subscription { moved @skip(if: false) { id } }'],
    ['that leaves out all', 'subscription { added @skip(if: true) }'],
    ['without its argument', 'subscription { added @skip }'],
    ['beside another field', 'subscription ($a: Boolean!) { added moved @include(if: $a) { id } }'],
    ['at a fragment', 'subscription ($a: Boolean!) { ... @include(if: $a) { added } }'],
    [
      'within a fragment',
      'subscription { ...A } fragment A on Subscription { ...B @skip(if: false) } fragment B on Subscription { added }',
    ],
    ['beside the query that is asked', 'query a { total } subscription b { added @skip(if: true) }'],
  ])('at its root %s is told so, once', (_, text) => {
    expect(found(text)).toEqual([AT_ROOT]);
  });

  it('below its root is valid, as is one at the root of a query', () => {
    expect(found('subscription ($a: Boolean!) { moved { id @skip(if: $a) order } }')).toEqual([]);
    expect(found('query ($a: Boolean!) { total @skip(if: $a) }')).toEqual([]);
  });

  it('has its place named', () => {
    const [error] = mistakesIn(schema, parse('subscription ($a: Boolean!) { added @skip(if: $a) }'));
    expect(error!.locations).toEqual([{ line: 1, column: 37 }]);
  });
});

it('fragments that are missing, or within each other, are mistakes of their own', () => {
  expect(found('subscription { ...A }')).toContain('Unknown fragment "A".');
  expect(found('subscription { ...A } fragment A on Subscription { ...A }')).toContain(
    'Cannot spread fragment "A" within itself.',
  );
});
