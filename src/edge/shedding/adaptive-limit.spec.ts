import { describe, expect, it } from '@jest/globals';
import { AdaptiveLimit } from './adaptive-limit.ts';

describe('the limit', () => {
  /** Windows of requests that take this many milliseconds, with the limit reached. */
  function after(windows: number, ownMs: number, inFlight: (limit: number) => number = (limit) => limit) {
    let now = 0;
    const limit = new AdaptiveLimit({ min: 10, max: 500, allowanceMs: 20 }, () => now);
    const run = (count: number, ms: number) => {
      for (let i = 0; i < count * 20; i += 1) {
        now += 6;
        limit.add('GET /v1/home', ms, inFlight(limit.value));
      }
    };
    run(1, 2);
    run(windows, ownMs);
    return { limit, run };
  }

  it('grows up to its maximum while requests are as fast as their best', () => {
    expect(after(20, 3).limit.value).toBeGreaterThan(150);
    expect(after(500, 3).limit.value).toBe(500);
  });

  it('shrinks down to its minimum while requests take longer than their best', () => {
    const { limit, run } = after(3, 80);
    expect(limit.value).toBeLessThan(60);
    run(50, 200);
    expect(limit.value).toBe(10);
  });

  it('recovers when requests are fast again', () => {
    const { limit, run } = after(30, 200);
    expect(limit.value).toBe(10);
    run(60, 3);
    expect(limit.value).toBeGreaterThan(50);
  });

  it('does not grow while it is not reached', () => {
    expect(after(50, 3, () => 1).limit.value).toBe(100);
  });
});
