import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Heartbeats } from './heartbeats.ts';

const INTERVAL_MS = 15_000;

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

function beating(count: number) {
  const heartbeats = new Heartbeats(INTERVAL_MS);
  const beats = Array.from({ length: count }, () => 0);
  const stops = beats.map((_, index) => heartbeats.add({ beat: () => void (beats[index]! += 1) }));
  return { heartbeats, beats, stops };
}

describe('heartbeats', () => {
  it('are one a stream in every interval', () => {
    const { beats } = beating(100);
    jest.advanceTimersByTime(INTERVAL_MS);
    expect(new Set(beats)).toEqual(new Set([1]));
    jest.advanceTimersByTime(2 * INTERVAL_MS);
    expect(new Set(beats)).toEqual(new Set([3]));
  });

  it('are spread over the interval: no moment has those of more than a few streams', () => {
    const { beats } = beating(1_500);
    let before = 0;
    for (let turn = 0; turn < 15; turn += 1) {
      jest.advanceTimersByTime(INTERVAL_MS / 15);
      const all = beats.reduce((sum, one) => sum + one, 0);
      expect(all - before).toBeGreaterThan(40);
      expect(all - before).toBeLessThan(200);
      before = all;
    }
  });

  it('need one timer for all streams, and none before the first', () => {
    const { heartbeats } = beating(0);
    expect(jest.getTimerCount()).toBe(0);
    for (let n = 0; n < 50; n += 1) heartbeats.add({ beat: () => {} });
    expect(jest.getTimerCount()).toBe(1);
    heartbeats.stop();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('of a stream that is over stop; those of others go on', () => {
    const { beats, stops } = beating(2);
    stops[0]!();
    jest.advanceTimersByTime(INTERVAL_MS);
    expect(beats).toEqual([0, 1]);
  });
});
