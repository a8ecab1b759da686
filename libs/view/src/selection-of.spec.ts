import { describe, expect, it } from '@jest/globals';
import { selectionFor } from './selection-for.fixture.ts';

describe('the selection of a GraphQL document', () => {
  it('has exactly the selected fields, at every depth', async () => {
    const selection = await selectionFor('{ home { user { name } recentOrders { lines { product { name } } } } }');
    expect([...selection.names()]).toEqual(['user', 'recentOrders']);
    expect(selection.has('recentOrders.lines.product.name')).toBe(true);
    expect(selection.has('recentOrders.id')).toBe(false);
    expect(selection.has('recentOrders.lines.product.price')).toBe(false);
  });

  it('has the names of the schema, not aliases', async () => {
    const selection = await selectionFor('{ mine: home { me: user { who: name } } }');
    expect(selection.has('user.name')).toBe(true);
    expect(selection.has('me')).toBe(false);
  });

  it('does not include __typename', async () => {
    expect([...(await selectionFor('{ home { __typename } }')).names()]).toEqual([]);
  });

  it('merges fields that are selected more than once', async () => {
    const selection = await selectionFor('{ home { user { id } } home { user { name } rest { user { id } } } }');
    expect([...selection.at('user')!.names()]).toEqual(['id', 'name']);
    expect(selection.has('rest.user.id')).toBe(true);
  });

  it('includes the edges and the nodes of a connection', async () => {
    const selection = await selectionFor('{ orders { edges { node { id } } nodes { lines { quantity } } } }');
    expect(selection.has('edges.node.id')).toBe(true);
    expect(selection.has('nodes.lines.quantity')).toBe(true);
    expect(selection.has('edges.node.lines')).toBe(false);
  });

  describe('in arguments', () => {
    it.each([
      ['a literal', '{ home { recentOrders(first: 2) { id } } }', {}, 2],
      ['the default', '{ home { recentOrders { id } } }', {}, 5],
      ['a variable', 'query ($n: Int!) { home { recentOrders(first: $n) { id } } }', { n: 7 }, 7],
      ['the default of a variable', 'query ($n: Int = 9) { home { recentOrders(first: $n) { id } } }', {}, 9],
      [
        'the default for an omitted variable',
        'query ($n: Int) { home { recentOrders(first: $n) { id } } }',
        {},
        5,
      ],
    ])('is %s', async (_, document, variables, first) => {
      expect((await selectionFor(document, variables)).at('recentOrders')!.args).toEqual({
        first,
        sort: 'NEWEST',
      });
    });

    it.each([
      '{ home { few: recentOrders(first: 2) { id } many: recentOrders(first: 8) { id } } }',
      '{ home { many: recentOrders(first: 8) { id } few: recentOrders(first: 2) { id } } }',
      '{ home { few: recentOrders(first: 2) { id } ... on Home { many: recentOrders(first: 8) { id } } } }',
      '{ home { recentOrders(first: 8) { id } } again: home { recentOrders { id } } }',
    ])('is the larger number if two aliases differ: %s', async (document) => {
      expect((await selectionFor(document)).at('recentOrders')!.args).toMatchObject({ first: 8 });
    });

    it('is available at every depth, also in lists', async () => {
      const selection = await selectionFor(
        '{ home { recentOrders { lines(first: 1) { product { price(currency: "USD") } } } } }',
      );
      expect(selection.at('recentOrders.lines')!.args).toEqual({ first: 1 });
      expect(selection.at('recentOrders.lines.product.price')!.args).toEqual({ currency: 'USD' });
    });

    it('is empty if invalid, since the executor reports an error for that field only', async () => {
      const document = 'query ($n: Int) { home { user { id } recentOrders(first: $n) { id } } }';
      const selection = await selectionFor(document, { n: null });
      expect(selection.has('user.id')).toBe(true);
      expect(selection.at('recentOrders')!.args).toEqual({});
    });
  });
});
