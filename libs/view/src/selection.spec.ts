import { describe, expect, it } from '@jest/globals';
import { wantedBy } from './wanted-by.fixture.ts';

describe('what a GraphQL document wants', () => {
  it('is the fields it selects, at every depth, and no others', async () => {
    const wanted = await wantedBy('{ home { user { name } recentOrders { lines { product { name } } } } }');
    expect([...wanted.names()]).toEqual(['user', 'recentOrders']);
    expect(wanted.has('recentOrders.lines.product.name')).toBe(true);
    expect(wanted.has('recentOrders.id')).toBe(false);
    expect(wanted.has('recentOrders.lines.product.price')).toBe(false);
  });

  it('is asked by the names of the schema, not by aliases', async () => {
    const wanted = await wantedBy('{ mine: home { me: user { who: name } } }');
    expect(wanted.has('user.name')).toBe(true);
    expect(wanted.has('me')).toBe(false);
  });

  it('does not include __typename: nobody need be asked for it', async () => {
    expect([...(await wantedBy('{ home { __typename } }')).names()]).toEqual([]);
  });

  it('adds up where the same field is selected more than once', async () => {
    const wanted = await wantedBy('{ home { user { id } } home { user { name } rest { user { id } } } }');
    expect([...wanted.at('user')!.names()]).toEqual(['id', 'name']);
    expect(wanted.has('rest.user.id')).toBe(true);
  });

  it('looks at the edges and at the nodes of a connection', async () => {
    const wanted = await wantedBy('{ orders { edges { node { id } } nodes { lines { quantity } } } }');
    expect(wanted.has('edges.node.id')).toBe(true);
    expect(wanted.has('nodes.lines.quantity')).toBe(true);
    expect(wanted.has('edges.node.lines')).toBe(false);
  });

  describe('in arguments', () => {
    it.each([
      ['a literal', '{ home { recentOrders(first: 2) { id } } }', {}, 2],
      ['the default', '{ home { recentOrders { id } } }', {}, 5],
      ['a variable', 'query ($n: Int!) { home { recentOrders(first: $n) { id } } }', { n: 7 }, 7],
      ['the default of a variable', 'query ($n: Int = 9) { home { recentOrders(first: $n) { id } } }', {}, 9],
      [
        'the default where a variable is left out',
        'query ($n: Int) { home { recentOrders(first: $n) { id } } }',
        {},
        5,
      ],
    ])('is %s', async (_, document, variables, first) => {
      expect((await wantedBy(document, variables)).at('recentOrders')!.args).toEqual({ first, sort: 'NEWEST' });
    });

    it.each([
      '{ home { few: recentOrders(first: 2) { id } many: recentOrders(first: 8) { id } } }',
      '{ home { many: recentOrders(first: 8) { id } few: recentOrders(first: 2) { id } } }',
      '{ home { few: recentOrders(first: 2) { id } ... on Home { many: recentOrders(first: 8) { id } } } }',
      '{ home { recentOrders(first: 8) { id } } again: home { recentOrders { id } } }',
    ])('is the larger number where two aliases differ: %s', async (document) => {
      expect((await wantedBy(document)).at('recentOrders')!.args).toMatchObject({ first: 8 });
    });

    it('is found at every depth, in lists too', async () => {
      const wanted = await wantedBy(
        '{ home { recentOrders { lines(first: 1) { product { price(currency: "USD") } } } } }',
      );
      expect(wanted.at('recentOrders.lines')!.args).toEqual({ first: 1 });
      expect(wanted.at('recentOrders.lines.product.price')!.args).toEqual({ currency: 'USD' });
    });

    it('is left to the field itself where it cannot be had, for only that field is wrong', async () => {
      const document = 'query ($n: Int) { home { user { id } recentOrders(first: $n) { id } } }';
      const wanted = await wantedBy(document, { n: null });
      expect(wanted.has('user.id')).toBe(true);
      expect(wanted.at('recentOrders')!.args).toEqual({});
    });
  });
});
