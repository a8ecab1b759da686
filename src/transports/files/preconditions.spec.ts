import { describe, expect, it } from '@jest/globals';
import { conditionStatus, isRangeOf } from './preconditions.ts';

const file = { etag: '"abc"', modifiedAt: new Date('2026-11-28T12:00:00.700Z') };
const SAME = 'Sat, 28 Nov 2026 12:00:00 GMT';
const BEFORE = 'Sat, 28 Nov 2026 11:59:59 GMT';
const AFTER = 'Sat, 28 Nov 2026 12:00:01 GMT';

describe('the conditions of a request for a file', () => {
  it.each([
    [{}, 200],
    [{ 'if-none-match': '"abc"' }, 304],
    [{ 'if-none-match': 'W/"abc", "x"' }, 304],
    [{ 'if-none-match': '*' }, 304],
    [{ 'if-none-match': '"other"' }, 200],
    [{ 'if-match': '"abc"' }, 200],
    [{ 'if-match': 'W/"abc"' }, 412],
    [{ 'if-match': '"other"' }, 412],
    [{ 'if-match': '"abc"', 'if-none-match': '"abc"' }, 304],
    [{ 'if-modified-since': SAME }, 304],
    [{ 'if-modified-since': AFTER }, 304],
    [{ 'if-modified-since': BEFORE }, 200],
    [{ 'if-modified-since': 'yesterday' }, 200],
    [{ 'if-unmodified-since': SAME }, 200],
    [{ 'if-unmodified-since': BEFORE }, 412],
    // A tag decides where both are sent.
    [{ 'if-none-match': '"other"', 'if-modified-since': AFTER }, 200],
    [{ 'if-match': '"abc"', 'if-unmodified-since': BEFORE }, 200],
  ])('%j: %d', (headers, status) => {
    expect(conditionStatus(headers, file)).toBe(status);
  });
});

describe('If-Range', () => {
  it.each([
    [undefined, true],
    ['"abc"', true],
    ['W/"abc"', false],
    ['"other"', false],
    [SAME, true],
    [BEFORE, false],
    [AFTER, false],
    ['nonsense', false],
  ])('%s: %s', (header, applies) => {
    expect(isRangeOf(header, file)).toBe(applies);
  });
});
