import { describe, expect, it } from '@jest/globals';
import { endOf } from './stream-end.ts';

describe('the end of a stream', () => {
  it.each([
    [undefined, undefined, 'complete'],
    ['complete', '', 'complete'],
    ['end', { reason: 'complete' }, 'complete'],
    ['end', { reason: 'logout' }, 'logout'],
    ['shutdown', {}, 'shutdown'],
    ['overflow', { heldBytes: 1 }, 'overflow'],
    ['error', { code: 'UPSTREAM_TIMEOUT' }, 'error'],
    // Error codes are many, and a label must have few values.
    ['end', { reason: 'UPSTREAM_UNAVAILABLE' }, 'error'],
    ['end', {}, 'error'],
    ['made up', { reason: 'complete' }, 'error'],
  ])('by the event %p with %j is %s', (event, data, end) => {
    expect(endOf(event, data)).toBe(end);
  });
});
