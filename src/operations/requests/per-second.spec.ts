import { describe, expect, it } from '@jest/globals';
import { PerSecond } from './per-second.ts';

describe('a rate per second', () => {
  it('admits so many in each second, and no more', () => {
    const rate = new PerSecond(2);
    const admitted = [10_000, 10_100, 10_900, 10_999, 11_000, 11_001, 11_002, 13_500].map((ms) => rate.admits(ms));
    expect(admitted).toEqual([true, true, false, false, true, true, false, true]);
  });
});
