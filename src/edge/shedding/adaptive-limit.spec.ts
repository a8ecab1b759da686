import { describe, expect, it } from '@jest/globals';
import { AdaptiveLimit } from './adaptive-limit.ts';

describe('the limit', () => {
  /** Windows of so many milliseconds a request, the limit used to the full. */
  function after(windows: number, ownMs: number, inFlight: (limit: number) => number = (limit) => limit) {
    let now = 0;
    const limit = new AdaptiveLimit({ least: 10, most: 500, allowanceMs: 20 }, () => now);
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

  it('grows while requests are as fast as ever, up to its ceiling', () => {
    expect(after(20, 3).limit.value).toBeGreaterThan(150);
    expect(after(500, 3).limit.value).toBe(500);
  });

  it('shrinks while requests take longer here than at their best, down to its floor', () => {
    const { limit, run } = after(3, 80);
    expect(limit.value).toBeLessThan(60);
    run(50, 200);
    expect(limit.value).toBe(10);
  });

  it('comes back when they are fast again', () => {
    const { limit, run } = after(30, 200);
    expect(limit.value).toBe(10);
    run(60, 3);
    expect(limit.value).toBeGreaterThan(50);
  });

  it('does not grow where it is not used', () => {
    expect(after(50, 3, () => 1).limit.value).toBe(100);
  });
});
