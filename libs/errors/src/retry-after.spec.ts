import { describe, expect, it } from '@jest/globals';
import { parseRetryAfter } from './retry-after.ts';

describe('Retry-After', () => {
  it.each([
    ['0', 0],
    ['7', 7_000],
    [' 7 ', 7_000],
    ['86400', 86_400_000],
    ['86401', 86_400_000],
    ['9'.repeat(400), 86_400_000],
    ['Sun, 06 Nov 1994 08:49:44 GMT', 7_000],
    ['Sunday, 06-Nov-94 08:49:44 GMT', 7_000],
    ['Sun Nov  6 08:49:44 1994', 7_000],
    ['Sun, 06 Nov 1994 08:49:30 GMT', 0],
    ['Sun, 06 Nov 2094 08:49:30 GMT', 86_400_000],
    ['-1', undefined],
    ['1.5', undefined],
    ['1e3', undefined],
    ['', undefined],
    ['soon', undefined],
    [['1', '2'], undefined],
    [undefined, undefined],
  ])('%j is converted to milliseconds relative to the Date header: %p', (header, delayMs) => {
    expect(parseRetryAfter(header, 'Sun, 06 Nov 1994 08:49:37 GMT')).toBe(delayMs);
  });

  it('is relative to the local clock if the response has no Date', () => {
    const inAnHour = new Date(Date.now() + 3_600_000).toUTCString();
    const delayMs = parseRetryAfter(inAnHour)!;
    expect(delayMs).toBeGreaterThan(3_500_000);
    expect(delayMs).toBeLessThanOrEqual(3_600_000);
  });
});
