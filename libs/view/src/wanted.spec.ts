import { describe, expect, it } from '@jest/globals';
import { Wanted } from '#libs/view';

/** What is wanted, written as an object of objects. */
function wantedOf(fields: { [name: string]: object }, args?: Record<string, unknown>): Wanted {
  const below = Object.entries(fields).map(([name, more]) => [name, wantedOf(more as never)] as const);
  return new Wanted(new Map(below), args);
}

describe('what is wanted', () => {
  const wanted = wantedOf({ user: {}, recentOrders: { lines: { product: { name: {} } } } });

  it.each(['user', 'recentOrders', 'recentOrders.lines', 'recentOrders.lines.product.name'])('has %s', (path) => {
    expect(wanted.has(path)).toBe(true);
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
    expect(wanted.has(path)).toBe(false);
    expect(wanted.at(path)).toBeUndefined();
  });

  it('says what is wanted below a path', () => {
    expect([...wanted.at('recentOrders.lines')!.names()]).toEqual(['product']);
    expect([...wanted.names()]).toEqual(['user', 'recentOrders']);
    expect([...Wanted.leaf.names()]).toEqual([]);
  });
});

describe('what either of two wants', () => {
  it('has the fields of both, at every depth', () => {
    const both = wantedOf({ a: { x: {} }, b: {} }).with(wantedOf({ a: { y: {} }, c: {} }));
    expect([...both.names()]).toEqual(['a', 'b', 'c']);
    expect([...both.at('a')!.names()]).toEqual(['x', 'y']);
  });

  it('leaves the two as they were', () => {
    const one = wantedOf({ a: {} });
    one.with(wantedOf({ b: {} }));
    expect([...one.names()]).toEqual(['a']);
  });

  it.each([
    [3, 8, 8],
    [8, 3, 8],
    [-1, 0, 0],
  ])('has the larger of two numbers that both gave: %d and %d', (one, other, larger) => {
    expect(wantedOf({}, { first: one }).with(wantedOf({}, { first: other })).args).toEqual({ first: larger });
  });

  it('has the arguments that only one gave', () => {
    const both = wantedOf({}, { first: 3 }).with(wantedOf({}, { sort: 'NEWEST' }));
    expect(both.args).toEqual({ first: 3, sort: 'NEWEST' });
  });
});
