import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '#libs/testing';
import { LineSampler } from './line-sampler.ts';

describe('the sampler of lines', () => {
  it('takes one of each ten in a row, not always the same of them, and counts', () => {
    const sampler = new LineSampler(10, seededRandom(7));
    const taken = Array.from({ length: 50 }, () => Array.from({ length: 10 }, () => sampler.takes()));
    expect(taken.map((ten) => ten.filter(Boolean).length)).toEqual(taken.map(() => 1));
    expect(new Set(taken.map((ten) => ten.indexOf(true))).size).toBeGreaterThan(5);
    expect([sampler.written, sampler.leftOut]).toEqual([50, 450]);
  });

  it('takes all where it is one of one', () => {
    const sampler = new LineSampler(1);
    expect([1, 2, 3].map(() => sampler.takes())).toEqual([true, true, true]);
    expect(sampler.leftOut).toBe(0);
  });
});
