import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { CircuitBreaker, type Outcome } from './circuit-breaker.ts';
import { upstreamSettings } from './settings.ts';

const { breaker: settings } = upstreamSettings.parse({});

/** Lets a call through if it may go, and tells what came of it. @returns whether it went */
function call(breaker: CircuitBreaker, outcome: Outcome, durationMs = 5): boolean {
  const epoch = breaker.enter();
  if (epoch !== undefined) breaker.done(outcome, durationMs, epoch);
  return epoch !== undefined;
}

const times = (count: number, act: () => boolean) => Array.from({ length: count }, act).filter(Boolean).length;

function opened(random = () => 0): CircuitBreaker {
  const breaker = new CircuitBreaker(settings, random);
  times(10, () => call(breaker, 'failure'));
  return breaker;
}

describe('a circuit breaker', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('opens when half of ten calls failed, not before', () => {
    const breaker = new CircuitBreaker(settings);
    for (let i = 0; i < 9; i += 1) call(breaker, i % 2 ? 'success' : 'failure');
    expect(breaker.state).toBe('CLOSED');
    call(breaker, 'success');
    expect([breaker.state, breaker.timesOpened]).toEqual(['OPEN', 1]);
  });

  it('counts a shared call for all who waited for it', () => {
    const breaker = new CircuitBreaker(settings);
    breaker.done('failure', 5, breaker.enter()!, 9);
    expect(breaker.state).toBe('CLOSED');
    breaker.done('failure', 5, breaker.enter()!, 1_000);
    expect(breaker.state).toBe('OPEN');
  });

  it('opens when most calls are slow', () => {
    const breaker = new CircuitBreaker(settings);
    times(10, () => call(breaker, 'success', settings.slowMs));
    expect(breaker.state).toBe('OPEN');
  });

  it('looks back upon the last twenty calls alone', () => {
    const breaker = new CircuitBreaker(settings);
    times(1_000, () => call(breaker, 'success'));
    times(9, () => call(breaker, 'failure'));
    expect(breaker.state).toBe('CLOSED');
    call(breaker, 'failure');
    expect(breaker.state).toBe('OPEN');
  });

  it('does not count what says nothing about the upstream', () => {
    const breaker = new CircuitBreaker(settings);
    times(100, () => call(breaker, 'ignored'));
    expect(breaker.ratios.calls).toBe(0);
  });

  it('lets nothing through while it is open', () => {
    const breaker = opened();
    jest.advanceTimersByTime(settings.openMs - 1);
    expect(times(50, () => call(breaker, 'success'))).toBe(0);
  });

  it('lets three probes through at a time, then', () => {
    const breaker = opened();
    jest.advanceTimersByTime(settings.openMs);
    const entered = Array.from({ length: 10 }, () => breaker.enter()).filter((epoch) => epoch !== undefined);
    expect([breaker.state, entered.length]).toEqual(['HALF_OPEN', 3]);
    breaker.done('ignored', 5, entered[0]!);
    expect(times(5, () => breaker.enter() !== undefined)).toBe(1);
  });

  it('sends an upstream that stays down at most five probes a second', () => {
    const breaker = opened();
    let probes = 0;
    for (let ms = 0; ms < 10_000; ms += 1) {
      if (call(breaker, 'failure')) probes += 1;
      jest.advanceTimersByTime(1);
    }
    expect(probes).toBeGreaterThan(5);
    expect(probes).toBeLessThanOrEqual(50);
  });

  it('comes back with a growing share of the calls', () => {
    let drawn = 0;
    const breaker = opened(() => drawn);
    jest.advanceTimersByTime(settings.openMs);
    times(3, () => call(breaker, 'success'));
    expect(breaker.state).toBe('RAMPING');
    const passes = (share: number) => ((drawn = share), call(breaker, 'success'));
    expect([passes(0.05), passes(0.3)]).toEqual([true, false]);
    jest.advanceTimersByTime(settings.rampMs / 2);
    expect([passes(0.45), passes(0.6)]).toEqual([true, false]);
    jest.advanceTimersByTime(settings.rampMs / 2);
    expect([passes(0.99), breaker.state]).toEqual([true, 'CLOSED']);
  });

  it('opens again at the first probe that fails', () => {
    const breaker = opened();
    jest.advanceTimersByTime(settings.openMs);
    call(breaker, 'success');
    call(breaker, 'failure');
    expect([breaker.state, breaker.timesOpened]).toEqual(['OPEN', 2]);
  });

  it('does not count the end of a call that began before it changed', () => {
    const breaker = new CircuitBreaker(settings);
    const early = breaker.enter()!;
    times(10, () => call(breaker, 'failure'));
    jest.advanceTimersByTime(settings.openMs);
    const probe = breaker.enter()!;
    breaker.done('failure', 5, early);
    expect(breaker.state).toBe('HALF_OPEN');
    breaker.done('success', 5, probe);
    expect(breaker.state).toBe('HALF_OPEN');
  });

  it('is closed again three seconds after the upstream is well, whatever was before', () => {
    const outcome = fc.constantFrom<Outcome>('success', 'failure', 'ignored');
    const before = fc.array(fc.tuple(outcome, fc.nat(400)), { maxLength: 100 });
    const property = fc.property(
      before,
      fc.infiniteStream(fc.double({ min: 0, max: 0.99, noNaN: true })),
      (past, draws) => {
        const breaker = new CircuitBreaker(settings, () => draws.next().value!);
        for (const [what, pauseMs] of past) {
          call(breaker, what);
          jest.advanceTimersByTime(pauseMs);
        }
        for (let ms = 0; ms < 3_000; ms += 10) {
          call(breaker, 'success');
          jest.advanceTimersByTime(10);
        }
        expect(breaker.state).toBe('CLOSED');
      },
    );
    fc.assert(property, { numRuns: 50 });
  });
});
