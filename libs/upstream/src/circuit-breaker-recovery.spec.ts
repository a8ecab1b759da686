import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { call, opened, settings, times } from './circuit-breaker.fixture.ts';
import { CircuitBreaker, type Outcome } from './circuit-breaker.ts';

describe('a circuit breaker that has opened', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('lets nothing through while it is open', () => {
    const breaker = opened();
    jest.advanceTimersByTime(settings.openMs - 1);
    expect(times(50, () => call(breaker, 'success'))).toBe(0);
  });

  it('lets one probe through then, and two more once it was good', () => {
    const breaker = opened();
    jest.advanceTimersByTime(settings.openMs);
    const entered = () => Array.from({ length: 10 }, () => breaker.enter()).filter((epoch) => epoch !== undefined);
    const [probe, ...others] = entered();
    expect([breaker.state, others]).toEqual(['HALF_OPEN', []]);
    breaker.done('success', 5, probe!);
    expect(entered()).toHaveLength(2);
  });

  it('makes up for a probe that said nothing with the next one in turn, not at once', () => {
    const breaker = opened();
    jest.advanceTimersByTime(settings.openMs);
    breaker.done('ignored', 5, breaker.enter()!);
    expect(breaker.enter()).toBeUndefined();
    jest.advanceTimersByTime(settings.openMs);
    expect(times(5, () => breaker.enter() !== undefined)).toBe(1);
  });

  it('probes at once where the upstream shows a sign of life, but not at each of many', () => {
    const breaker = opened();
    breaker.probeNow();
    expect(times(10, () => breaker.enter() !== undefined)).toBe(1);
    expect(breaker.state).toBe('HALF_OPEN');
    const again = opened();
    for (let i = 0; i < 10; i += 1) {
      again.probeNow();
      times(3, () => call(again, 'failure'));
      jest.advanceTimersByTime(10);
    }
    expect(again.timesOpened).toBe(2);
  });

  it('stays closed where there was no need of it', () => {
    const breaker = new CircuitBreaker(settings);
    breaker.probeNow();
    expect(breaker.state).toBe('CLOSED');
  });

  it.each<[string, Outcome, number]>([
    ['is down', 'failure', 1],
    ['hangs', 'failure', 1_500],
    ['answers too late', 'success', settings.slowMs],
    ['hangs, and is asked by the impatient alone', 'ignored', 50],
  ])('sends an upstream that %s at most five probes a second', (_, outcome, durationMs) => {
    const breaker = opened();
    const underWay: [number, number][] = [];
    let [probes, max, wasClosed] = [0, 0, false];
    for (let ms = 0; ms < 10_000; ms += 1) {
      while (underWay[0] && underWay[0][0] <= ms) breaker.done(outcome, durationMs, underWay.shift()![1]);
      const epoch = breaker.enter();
      if (epoch !== undefined) {
        probes += 1;
        underWay.push([ms + durationMs, epoch]);
      }
      max = Math.max(max, underWay.length);
      wasClosed ||= breaker.state === 'CLOSED';
      jest.advanceTimersByTime(1);
    }
    expect([wasClosed, max <= 3]).toEqual([false, true]);
    expect(probes).toBeGreaterThan(5);
    expect(probes).toBeLessThanOrEqual(50);
  });

  it('opens again at the first probe that is slow', () => {
    const breaker = opened();
    jest.advanceTimersByTime(settings.openMs);
    call(breaker, 'success', settings.slowMs);
    expect([breaker.state, breaker.timesOpened]).toEqual(['OPEN', 2]);
  });

  it('comes back with as many calls at a time as were good, and three', () => {
    const breaker = opened();
    jest.advanceTimersByTime(settings.openMs);
    times(3, () => call(breaker, 'success'));
    expect(breaker.state).toBe('RAMPING');
    const entered = () =>
      Array.from({ length: 100 }, () => breaker.enter()).filter((epoch) => epoch !== undefined);
    const first = entered();
    expect(first).toHaveLength(3);
    for (const epoch of first) breaker.done('success', 5, epoch);
    const second = entered();
    expect(second).toHaveLength(6);
    breaker.done('failure', 5, second[0]!);
    expect(entered()).toHaveLength(1);
    jest.advanceTimersByTime(settings.rampMs);
    expect([entered().length, breaker.state]).toEqual([100, 'CLOSED']);
  });

  it('refuses nothing of an upstream that answers quickly again', () => {
    const breaker = opened();
    jest.advanceTimersByTime(settings.openMs);
    expect(times(1_000, () => call(breaker, 'success'))).toBe(1_000);
  });

  it('opens again at the first probe that fails', () => {
    const breaker = opened();
    jest.advanceTimersByTime(settings.openMs);
    call(breaker, 'success');
    call(breaker, 'failure');
    expect([breaker.state, breaker.timesOpened]).toEqual(['OPEN', 2]);
  });

  it('is closed again three seconds after the upstream is well, whatever was before and however it is set', () => {
    const outcome = fc.constantFrom<Outcome>('success', 'failure', 'ignored');
    const before = fc.array(fc.tuple(outcome, fc.nat(1_500), fc.nat(400)), { maxLength: 100 });
    const given = fc.record({
      window: fc.integer({ min: 5, max: 50 }),
      minimumCalls: fc.integer({ min: 1, max: 5 }),
      probes: fc.integer({ min: 1, max: 10 }),
      openMs: fc.integer({ min: 1, max: 1_000 }),
      rampMs: fc.integer({ min: 1, max: 1_000 }),
    });
    const property = fc.property(before, given, (past, chosen) => {
      const breaker = new CircuitBreaker({ ...settings, ...chosen });
      for (const [what, durationMs, pauseMs] of past) {
        const epoch = breaker.enter();
        jest.advanceTimersByTime(pauseMs);
        if (epoch !== undefined) breaker.done(what, durationMs, epoch);
      }
      for (let ms = 0; ms < 3_000; ms += 10) {
        call(breaker, 'success');
        jest.advanceTimersByTime(10);
      }
      expect(breaker.state).toBe('CLOSED');
    });
    fc.assert(property, { numRuns: 50 });
  });

  it('goes by a clock that nobody can move', () => {
    const breaker = opened();
    jest.setSystemTime(Date.now() + 3_600_000);
    expect(call(breaker, 'success')).toBe(false);
    jest.setSystemTime(Date.now() - 7_200_000);
    jest.advanceTimersByTime(settings.openMs);
    expect(call(breaker, 'success')).toBe(true);
  });
});
