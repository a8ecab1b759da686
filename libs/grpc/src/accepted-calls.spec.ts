import { expect, it } from '@jest/globals';
import { AcceptedCalls } from './accepted-calls.ts';

/** The number that is known after connections that were closed after these numbers of calls. */
const maxAfter = (...numbers: number[]): number => {
  const accepted = new AcceptedCalls();
  for (const number of numbers) accepted.cutOff(number);
  return accepted.max;
};

it.each([
  [[], Infinity],
  [[1_000], Infinity],
  [[1_000, 1_000], 1_000],
  [[1_000, 400, 1_000], Infinity],
  [[5, 5, 5, 7], Infinity],
  [[5, 5, Infinity], Infinity],
  [[0, 0], Infinity],
])('knows the number of calls per connection once two in a row agree: %j means %d', (numbers, max) => {
  expect(maxAfter(...numbers)).toBe(max);
});
