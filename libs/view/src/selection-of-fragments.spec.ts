import { describe, expect, it } from '@jest/globals';
import { selectionFor } from './selection-for.fixture.ts';

describe('the selection of a GraphQL document', () => {
  describe('in fragments', () => {
    it.each([
      ['a named one', '{ home { ...parts } } fragment parts on Home { user { id } }'],
      ['an inline one', '{ home { ... on Home { user { id } } } }'],
      ['one without a type', '{ home { ... { user { id } } } }'],
      ['a nested one', '{ home { ...a } } fragment a on Home { ...b } fragment b on Home { user { id } }'],
      ['one used twice', '{ home { ...u rest { ...u } } } fragment u on Home { user { id } }'],
    ])('is complete: %s', async (_, document) => {
      expect((await selectionFor(document)).has('user.id')).toBe(true);
    });

    it.each([
      ['side by side', (next: string) => `...${next} ...${next}`],
      ['under aliases', (next: string) => `rest { ...${next} } again: rest { ...${next} }`],
    ])('reads each fragment once, however often it is repeated %s', async (_, twice) => {
      const levels = Array.from({ length: 12 }, (__, i) => `fragment f${i} on Home { ${twice(`f${i + 1}`)} }`);
      let lookups = 0;
      await selectionFor(
        `{ home { ...f0 } } ${levels.join(' ')} fragment f12 on Home { user { id } }`,
        {},
        () => void lookups++,
      );
      expect(lookups).toBeLessThan(30);
    });

    it('has the fields of all members of a union', async () => {
      const selection = await selectionFor(
        '{ place { __typename ... on Accepted { order { lines { quantity } } } ... on Refused { code } } }',
      );
      expect([...selection.names()]).toEqual(['order', 'code']);
      expect(selection.at('order.lines')!.args).toEqual({ first: 3 });
    });

    it('has the fields of each member of a union under a common name', async () => {
      const selection = await selectionFor(
        '{ place { ... on Accepted { bought: item { price } } ... on Refused { by: item { name id } } } }',
      );
      expect([...selection.at('item')!.names()]).toEqual(['price', 'name', 'id']);
    });

    it('has the fields of an interface and of its implementations', async () => {
      const selection = await selectionFor('{ node { id ... on Order { lines { quantity } } } }');
      expect([...selection.names()]).toEqual(['id', 'lines']);
    });

    it('has the fields of an interface of union members', async () => {
      const selection = await selectionFor('{ things { ... on Node { id } ... on Accepted { order { id } } } }');
      expect([...selection.names()]).toEqual(['id', 'order']);
    });
  });

  describe('with @skip and @include', () => {
    it.each([
      ['@include(if: true)', true],
      ['@include(if: false)', false],
      ['@skip(if: true)', false],
      ['@skip(if: false)', true],
      ['@include(if: $yes)', true],
      ['@include(if: $no)', false],
      ['@skip(if: $yes)', false],
      ['@skip(if: $no)', true],
      ['@skip(if: $no) @include(if: $no)', false],
      ['@skip(if: $yes) @include(if: $yes)', false],
      ['@include(if: $byDefault)', false],
    ])('%s of a field, an inline fragment and a named one: %p', async (directive, isSelected) => {
      const uses = 'query ($yes: Boolean!, $no: Boolean!, $byDefault: Boolean! = false)';
      for (const document of [
        `${uses} { home { recentOrders ${directive} { id } } }`,
        `${uses} { home { ... ${directive} { recentOrders { id } } } }`,
        `${uses} { home { ...f ${directive} } } fragment f on Home { recentOrders { id } }`,
      ]) {
        expect((await selectionFor(document, { yes: true, no: false })).has('recentOrders')).toBe(isSelected);
      }
    });
  });
});
