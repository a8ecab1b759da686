import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { JobsFile } from './jobs-file.ts';
import { noteStart, waitOf } from './start-rates.ts';

const RATE = { max: 2, perMs: 1_000 };

describe('the rate of a kind', () => {
  let file: JobsFile;
  beforeEach(async () => void (file = await JobsFile.open(':memory:')));
  afterEach(() => file.close());

  /** Starts a job at a time if the rate allows it. @returns how long to wait if not */
  const startAt = (now: number, kind = 'spec.work'): number => {
    const waitMs = waitOf(file, kind, RATE, now);
    if (waitMs === 0) noteStart(file, kind);
    return waitMs;
  };

  it('allows so many starts a period, which begins with its first start', () => {
    expect([5_000, 5_400, 5_999].map((now) => startAt(now))).toEqual([0, 0, 1]);
    expect([6_000, 6_999, 6_999].map((now) => startAt(now))).toEqual([0, 0, 1]);
    expect(startAt(60_000)).toBe(0);
  });

  it('is counted for each kind', () => {
    expect(['a', 'a', 'a', 'b'].map((kind) => startAt(0, kind))).toEqual([0, 0, 1_000, 0]);
  });

  it('begins a new period where the clock was set back', () => {
    expect([5_000, 5_000, 5_000].map((now) => startAt(now))).toEqual([0, 0, 1_000]);
    expect(startAt(4_000)).toBe(0);
  });
});
