import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { call, settings, times } from './circuit-breaker.fixture.ts';
import { CircuitBreaker } from './circuit-breaker.ts';

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
});
