import { describe, expect, it } from '@jest/globals';
import { Kind, type OperationDefinitionNode, parse } from 'graphql';
import { objectCounter } from './count-objects.ts';

function counted(query: string, data: object): number {
  const document = parse(query);
  const node = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
  return objectCounter(document, node as OperationDefinitionNode)(data);
}

describe('the objects of an answer', () => {
  it('are counted in lists and below, but leaf values are not', () => {
    const data = { home: { tags: ['a', 'b'], orders: [{ total: { n: 1 } }, { total: null }, null] } };
    expect(counted('{ home { tags orders { total { n } } } }', data)).toBe(4);
  });

  it('are counted under their aliases', () => {
    expect(
      counted('{ a: me { id } b: me { id friend { id } } }', { a: { id: 1 }, b: { id: 1, friend: {} } }),
    ).toBe(3);
  });

  it('are counted in fragments, and in fields selected several times', () => {
    const query = `{ me { ...Who ... on User { friend { best { id } } } } }
      fragment Who on User { friend { id ...Also } }
      fragment Also on User { address { city } }`;
    expect(counted(query, { me: { friend: { id: 1, best: { id: 2 }, address: { city: 'x' } } } })).toBe(4);
  });

  it('do not include introspection', () => {
    const data = { s: { types: [{ name: 'A' }, { name: 'B' }] }, t: { name: 'A' }, me: { id: 1 } };
    expect(counted('{ s: __schema { types { name } } t: __type(name: "A") { name } me { id } }', data)).toBe(1);
  });

  it('are counted in lists of lists', () => {
    expect(counted('{ grid { id } }', { grid: [[{ id: 1 }, { id: 2 }], [], [{ id: 3 }]] })).toBe(3);
  });
});
