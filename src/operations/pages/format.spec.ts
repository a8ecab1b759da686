import { describe, expect, it } from '@jest/globals';
import { duration, percent, perSecond, size, timeOfDay } from './format.ts';

describe('what pages print', () => {
  it('has the unit that reads best', () => {
    expect([0.412, 41.23, 1_500].map(duration)).toEqual(['0.412 ms', '41.2 ms', '1.5 s']);
    expect([0, 999, 33_554_432, 5e12].map(size)).toEqual(['0 B', '999 B', '33.6 MB', '5,000 GB']);
    expect([perSecond(12.34), percent(0.0123), timeOfDay(0)]).toEqual(['12.3/s', '1.23 %', '00:00:00']);
  });

  it('shows that there is no value', () => {
    expect([duration(undefined), duration(Number.NaN), percent(undefined)]).toEqual(['–', '–', '–']);
  });
});
