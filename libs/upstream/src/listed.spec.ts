import { GatewayError } from '#libs/errors';
import { aContext } from '#libs/testing';
import { type Listed, readable, readEach, readThings, UnreadableElement, unreadable } from '#libs/upstream';
import { describe, expect, it } from '@jest/globals';

interface Thing {
  id: string;
  size: number;
}

/** Things of this contract have a size. */
function read({ id, size }: Partial<Thing>): Thing {
  if (!id || size === undefined) throw unreadable('a field is missing');
  return { id, size };
}
const small = { id: 'a', size: 1 };
const lost = (id: string) => ({ id, isUnreadable: true });
const each = (elements: (object | UnreadableElement)[]) => readEach(elements as { id: string }[], read);

describe('a list that is read element by element', () => {
  it('has what cannot be read in its place, by its id', () => {
    expect(each([{ id: 'b' }, small, { id: '', size: 2 }])).toEqual([lost('b'), small, lost('')]);
  });

  it('has what was found unreadable before in its place, whatever fields upstreams have', () => {
    const elements = [new UnreadableElement('b'), { ...small, isUnreadable: true }];
    expect(each(elements)).toEqual([lost('b'), small]);
  });

  it('survives JSON: it is plain data', () => {
    const list = each([new UnreadableElement('b'), { id: 'c' }, small]);
    expect(JSON.parse(JSON.stringify(list))).toStrictEqual(list);
  });

  it.each([new TypeError('a bug'), new GatewayError('NOT_FOUND')])('hides no other error: %s', (error) => {
    const failing = () => {
      throw error;
    };
    expect(() => readEach([small], failing)).toThrow(error);
  });
});

describe('things that were asked for by their ids', () => {
  const things = (elements: object[]) => readThings(['a', 'b', 'c'], elements as { id: string }[], read);

  it('are those that exist, and those that cannot be read', () => {
    expect(things([{ id: 'b' }, small])).toEqual([lost('b'), small]);
  });

  it('are all unreadable that were not found where one of them does not say which it is', () => {
    expect(things([{ size: 3, id: '' }, small])).toEqual([small, lost('b'), lost('c')]);
  });
});

describe('what can be read of a list', () => {
  it('is the list itself where that is all of it', () => {
    const context = aContext();
    const list = Object.freeze([small, { id: 'b', size: 2 }]) as Thing[];
    expect(readable(context, list)).toBe(list);
    expect(context.degraded).toEqual([]);
  });

  it('is the others, and each place that is left out is named with a bad response', () => {
    const context = aContext();
    const list: Listed<Thing>[] = [{ id: 'x', isUnreadable: true }, small, { id: '', isUnreadable: true }];
    expect(readable(context, list)).toEqual([small]);
    expect(context.degraded).toEqual(['0', '2'].map((part) => ({ part, reason: 'BAD_RESPONSE' })));
  });
});
