import { describe, expect, it } from '@jest/globals';
import { lossesOf } from './goals.ts';
import type { Figures } from './measure.ts';

const roundsOf = (...cpuMicros: number[]) =>
  cpuMicros.map((micros): Figures => ({
    requestsPerSecond: 1,
    p50Ms: 1,
    p99Ms: 1,
    cpuMicros: micros,
    bytes: 1,
    failed: 0,
  }));

const before = [{ what: 'REST, warm : Mercurius', ratio: 0.2 }];
const beside = (own: number[], others = [500, 500, 500]) =>
  lossesOf(
    new Map([
      ['rest.warm', roundsOf(...own)],
      ['mercurius', roundsOf(...others)],
    ]),
    before,
  );

describe('what costs more than in an earlier run', () => {
  it('is a loss if it does in every round', () => {
    expect(beside([170, 165, 180])).toEqual(['REST, warm : Mercurius: 0.33 ×, and it was 0.20 ×']);
  });

  it('is none if it does in the rounds of a busy moment', () => {
    expect(beside([100, 400, 300])).toEqual([]);
    expect(beside([100, 100, 100], [500, 900, 700])).toEqual([]);
  });

  it('is none within noise, nor without a figure of then or of now', () => {
    expect(beside([155, 155, 155])).toEqual([]);
    expect(lossesOf(new Map([['rest.warm', roundsOf(900)]]), before)).toEqual([]);
    expect(
      lossesOf(
        new Map([
          ['rest.warm', roundsOf(900)],
          ['mercurius', roundsOf(1)],
        ]),
        [],
      ),
    ).toEqual([]);
  });
});
