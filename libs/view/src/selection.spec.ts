import { describe, expect, it } from '@jest/globals';
import { Selection } from '#libs/view';

/** Builds a selection from nested objects. */
function selectionIn(fields: { [name: string]: object }, args?: Record<string, unknown>): Selection {
  const below = Object.entries(fields).map(([name, more]) => [name, selectionIn(more as never)] as const);
  return new Selection(new Map(below), args);
}

describe('a selection', () => {
  const selection = selectionIn({ user: {}, recentOrders: { lines: { product: { name: {} } } } });

  it.each(['user', 'recentOrders', 'recentOrders.lines', 'recentOrders.lines.product.name'])('has %s', (path) => {
    expect(selection.has(path)).toBe(true);
  });

  it.each([
    '',
    'lines',
    'user.name',
    'recentOrders.',
    '.user',
    'recentOrders.product',
    'constructor',
    '__proto__',
  ])('does not have "%s"', (path) => {
    expect(selection.has(path)).toBe(false);
    expect(selection.at(path)).toBeUndefined();
  });

  it('returns the selection below a path', () => {
    expect([...selection.at('recentOrders.lines')!.names()]).toEqual(['product']);
    expect([...selection.names()]).toEqual(['user', 'recentOrders']);
    expect([...Selection.leaf.names()]).toEqual([]);
  });
});

describe('the union of two selections', () => {
  it('has the fields of both, at every depth', () => {
    const both = selectionIn({ a: { x: {} }, b: {} }).with(selectionIn({ a: { y: {} }, c: {} }));
    expect([...both.names()]).toEqual(['a', 'b', 'c']);
    expect([...both.at('a')!.names()]).toEqual(['x', 'y']);
  });

  it('does not change the two', () => {
    const one = selectionIn({ a: {} });
    one.with(selectionIn({ b: {} }));
    expect([...one.names()]).toEqual(['a']);
  });

  it.each([
    [3, 8, 8],
    [8, 3, 8],
    [-1, 0, 0],
  ])('has the larger of two numeric arguments: %d and %d', (one, other, larger) => {
    expect(selectionIn({}, { first: one }).with(selectionIn({}, { first: other })).args).toEqual({
      first: larger,
    });
  });

  it('has arguments of only one', () => {
    const both = selectionIn({}, { first: 3 }).with(selectionIn({}, { sort: 'NEWEST' }));
    expect(both.args).toEqual({ first: 3, sort: 'NEWEST' });
  });
});
