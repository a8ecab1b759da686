import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { UnfinishedBodies } from './unfinished-bodies.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

function bodies(max: { inAll?: number; ofAddress?: number; ofConnection?: number }) {
  const unfinished = new UnfinishedBodies({ inAll: 100, ofAddress: 100, ofConnection: 100, ...max });
  const cut: string[] = [];
  const add = (name: string, from = name, connection?: object) =>
    unfinished.add({ from, connection, cut: () => void cut.push(name) });
  return { unfinished, cut, add };
}

it('bodies beyond the total limit cut the oldest, not the newest', () => {
  const { unfinished, cut, add } = bodies({ inAll: 2 });
  for (const name of ['a', 'b', 'c', 'd']) add(name);
  expect([cut, unfinished.size, unfinished.cuts]).toEqual([['a', 'b'], 2, 2]);
});

it('bodies beyond the limit of an address cut the oldest of that address', () => {
  const { cut, add } = bodies({ ofAddress: 2 });
  add('other');
  for (const name of ['a', 'b', 'c', 'd']) add(name, 'phone');
  jest.advanceTimersByTime(1_000);
  expect(cut).toEqual(['a', 'b']);
  add('e', 'phone');
  jest.advanceTimersByTime(1_000);
  expect(cut).toEqual(['a', 'b', 'c']);
});

it('bodies of an address or a connection that are read within a second are never cut', () => {
  const { unfinished, cut, add } = bodies({ ofAddress: 2, ofConnection: 2 });
  const connection = {};
  const all = ['a', 'b', 'c', 'd'].map((name) => add(name, 'phone', connection));
  jest.advanceTimersByTime(900);
  for (const read of all) read();
  add('e', 'phone', connection);
  jest.advanceTimersByTime(5_000);
  expect([cut, unfinished.size]).toEqual([[], 1]);
});

it('an old body is cut at once for a new one', () => {
  const { cut, add } = bodies({ ofAddress: 2 });
  add('a', 'phone');
  add('b', 'phone');
  jest.advanceTimersByTime(1_000);
  add('c', 'phone');
  expect(cut).toEqual(['a']);
});

it('bodies of one HTTP/2 connection are counted together, whatever their addresses', () => {
  const { cut, add } = bodies({ ofConnection: 1 });
  const connection = {};
  add('a', '203.0.113.1', connection);
  add('b', '203.0.113.2', connection);
  add('c', '203.0.113.3', {});
  jest.advanceTimersByTime(1_000);
  expect(cut).toEqual(['a']);
});

it('a body that was read is removed only once', () => {
  const { unfinished, cut, add } = bodies({ inAll: 1, ofAddress: 1, ofConnection: 1 });
  const read = add('a', 'phone', {});
  read();
  read();
  add('b', 'phone', {});
  expect([cut, unfinished.size]).toEqual([[], 1]);
});

it('bodies of one address beyond its limit and the total are cut before older ones of others', () => {
  const { cut, add } = bodies({ inAll: 6, ofAddress: 3 });
  for (const name of ['a', 'b']) add(name, 'others');
  jest.advanceTimersByTime(5_000);
  for (const name of ['c', 'd', 'e', 'f', 'g', 'h']) add(name, 'one');
  expect(cut).toEqual(['c', 'd']);
});
