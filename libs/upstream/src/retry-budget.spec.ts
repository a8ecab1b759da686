import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { RetryBudget } from './retry-budget.ts';

describe('the budget of extra calls', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('has a second of its floor at the start, and no more', () => {
    const budget = new RetryBudget({ ratio: 0.2, perSecond: 10 });
    expect(Array.from({ length: 12 }, () => budget.withdraw()).filter(Boolean)).toHaveLength(10);
  });

  it('grows by a share of the calls made', () => {
    const budget = new RetryBudget({ ratio: 0.2, perSecond: 0 });
    expect(budget.withdraw()).toBe(false);
    for (let i = 0; i < 5; i += 1) budget.deposit();
    expect([budget.withdraw(), budget.withdraw()]).toEqual([true, false]);
  });

  it('fills up to its floor again with time, not beyond', () => {
    const budget = new RetryBudget({ ratio: 0.2, perSecond: 10 });
    while (budget.withdraw());
    jest.advanceTimersByTime(100);
    expect([budget.withdraw(), budget.withdraw()]).toEqual([true, false]);
    jest.advanceTimersByTime(60_000);
    expect(budget.balance).toBe(10);
  });

  it('saves up no more than a hundred, however many calls there were', () => {
    const budget = new RetryBudget({ ratio: 0.2, perSecond: 10 });
    for (let i = 0; i < 10_000; i += 1) budget.deposit();
    expect(budget.balance).toBe(100);
  });

  it('keeps a floor that is greater than what it saves up', () => {
    const budget = new RetryBudget({ ratio: 0.2, perSecond: 500 });
    budget.deposit();
    expect(budget.balance).toBe(500);
  });

  it('goes by a clock that nobody can move', () => {
    const budget = new RetryBudget({ ratio: 0.2, perSecond: 10 });
    while (budget.withdraw());
    jest.setSystemTime(Date.now() + 3_600_000);
    expect(budget.withdraw()).toBe(false);
    jest.setSystemTime(Date.now() - 7_200_000);
    jest.advanceTimersByTime(100);
    expect(budget.withdraw()).toBe(true);
  });

  it('never allows more than its share of the calls and its floor per second, whatever comes', () => {
    const step = fc.record({ calls: fc.nat(50), pauseMs: fc.nat(500), requested: fc.nat(50) });
    const property = fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const budget = new RetryBudget({ ratio: 0.2, perSecond: 10 });
      let [calls, extra, elapsedMs] = [0, 0, 0];
      for (const { calls: more, pauseMs, requested } of steps) {
        for (let i = 0; i < more; i += 1) budget.deposit();
        jest.advanceTimersByTime(pauseMs);
        calls += more;
        elapsedMs += pauseMs;
        for (let i = 0; i < requested; i += 1) if (budget.withdraw()) extra += 1;
        expect(extra).toBeLessThanOrEqual(calls * 0.2 + 10 * (1 + elapsedMs / 1000) + 1e-6);
      }
    });
    fc.assert(property, { numRuns: 200 });
  });
});
