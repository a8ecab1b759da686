import { describe, expect, it } from '@jest/globals';
import { Latencies } from './latencies.ts';

function after(...durationsMs: number[]): Latencies {
  const latencies = new Latencies();
  for (const durationMs of durationsMs) latencies.add(durationMs);
  return latencies;
}

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

describe('how long calls took lately', () => {
  it('is not said before there were enough of them', () => {
    expect(after(...upTo(19))).toMatchObject({ p50: undefined, p95: undefined });
  });

  it('is half of them at most the p50, and all but a few at most the p95, in whatever order they came', () => {
    const { p50, p95 } = after(...upTo(128).toReversed());
    expect([p50, p95]).toEqual([65, 122]);
  });

  it('is of the last 128 alone', () => {
    expect(after(...Array<number>(128).fill(1_000), ...Array<number>(128).fill(3))).toMatchObject({
      p50: 3,
      p95: 3,
    });
  });

  it('orders numbers as numbers', () => {
    expect(after(...Array<number>(30).fill(9), 100, 100).p95).toBe(100);
    expect(after(...Array<number>(31).fill(9), 100).p50).toBe(9);
  });
});
