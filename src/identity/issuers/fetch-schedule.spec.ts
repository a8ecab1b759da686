import { beforeEach, describe, expect, it } from '@jest/globals';
import { FetchSchedule } from './fetch-schedule.ts';

describe('the rate limit of key fetches', () => {
  let now: number;
  let schedule: FetchSchedule;
  beforeEach(() => {
    now = 0;
    schedule = new FetchSchedule(() => now);
  });

  it('allows a burst of ten, and then one in ten seconds', () => {
    for (let i = 0; i < 10; i += 1) expect(schedule.take()).toBe(0);
    expect(schedule.take()).toBe(10_000);
    now = 9_000;
    expect(schedule.take()).toBe(1_000);
    now = 10_000;
    expect([schedule.take(), schedule.take()]).toEqual([0, 10_000]);
  });

  it('waits a second after a failure, and twice as long after each further one, up to ten seconds', () => {
    const waits = [1, 2, 3, 4, 5, 6].map(() => {
      expect(schedule.take()).toBe(0);
      const waitMs = schedule.failed();
      expect(schedule.take()).toBe(waitMs);
      now += waitMs;
      return waitMs;
    });
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
    schedule.take();
    schedule.succeeded();
    expect(schedule.failed()).toBe(1_000);
  });

  it('does not count failures in the burst', () => {
    for (let i = 0; i < 12; i += 1) {
      expect(schedule.take()).toBe(0);
      now += schedule.failed();
    }
  });
});
