import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseHttpDate } from './http-date.ts';

const DATE = Date.UTC(1994, 10, 6, 8, 49, 37);

describe('a date of an HTTP header', () => {
  it.each([
    'Sun, 06 Nov 1994 08:49:37 GMT',
    'Sunday, 06-Nov-94 08:49:37 GMT',
    'Sun Nov  6 08:49:37 1994',
    'sun, 6 nov 1994 08:49:37 UTC',
  ])('is parsed in each of the formats, independently of the local time zone: %s', (text) => {
    expect(parseHttpDate(text)).toBe(DATE);
  });

  it.each([
    '',
    'soon',
    '7',
    '1994-11-06T08:49:37Z',
    'Sun, 31 Feb 1994 08:49:37 GMT',
    'Sun, 06 Nov 1994 25:49:37 GMT',
    'Sun, 06 Nov 1994 08:49:37 +0200',
    'Sun, 06 Nov 1994 08:49:37 GMT, 7',
  ])('is undefined if malformed: %j', (text) => {
    expect(parseHttpDate(text)).toBeUndefined();
  });

  it('has a two-digit year that is at most fifty years in the future', () => {
    const now = Date.UTC(2026, 0, 1);
    expect(parseHttpDate('Sunday, 06-Nov-76 08:49:37 GMT', now)).toBe(Date.UTC(2076, 10, 6, 8, 49, 37));
    expect(parseHttpDate('Sunday, 06-Nov-77 08:49:37 GMT', now)).toBe(Date.UTC(1977, 10, 6, 8, 49, 37));
  });

  it('survives formatting and parsing, for random dates', () => {
    const seconds = fc.integer({ min: 0, max: 4_000_000_000 });
    fc.assert(
      fc.property(seconds, (time) => {
        expect(parseHttpDate(new Date(time * 1000).toUTCString())).toBe(time * 1000);
      }),
    );
  });
});
