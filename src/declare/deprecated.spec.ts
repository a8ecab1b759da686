import { describe, expect, it } from '@jest/globals';
import { type Deprecation, joinedDeprecation } from './deprecated.ts';

const early: Deprecation = { since: '2026-03-01', sunset: '2027-01-31', link: 'https://shop.example/early' };
const late: Deprecation = { since: '2026-02-01', sunset: '2027-06-30', link: 'https://shop.example/late' };

describe('several deprecations of one response', () => {
  it.each([[[early, late]], [[late, early]]])(
    'announce the earliest end, with its link, since the first of them: %#',
    (all) => {
      expect(joinedDeprecation(all)).toEqual({ ...early, since: '2026-02-01' });
    },
  );

  it('announce an end where one of them has it', () => {
    expect(joinedDeprecation([{ since: '2026-01-01', link: 'https://shop.example/a' }, early])).toEqual({
      ...early,
      since: '2026-01-01',
    });
  });

  it('are none where there is none, and one where there is one', () => {
    expect(joinedDeprecation([])).toBeUndefined();
    expect(joinedDeprecation([{ since: '2026-01-01' }])).toEqual({ since: '2026-01-01' });
  });
});
