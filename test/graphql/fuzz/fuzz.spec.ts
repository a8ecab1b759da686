import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Differential } from './differential.ts';
import { fuzz } from './fuzz.ts';

const DOCUMENTS = 300;

let differential: Differential;
beforeAll(async () => {
  differential = await Differential.open();
});
afterAll(() => differential?.close());

describe('random documents', () => {
  it('are answered as graphql-js answers them, each time, on two ways each', async () => {
    const { counterexample, histogram } = await fuzz(differential, {
      documents: DOCUMENTS,
      seed: 19,
      from: 0,
      ways: 'two',
    });
    expect(counterexample).toBeUndefined();
    expect(histogram.valid).toBeGreaterThanOrEqual(DOCUMENTS * 0.7);
  }, 120_000);
});
