import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Attempt } from './attempt.ts';
import { Context } from './context.ts';
import { aRequest } from './policies/upstream.fixture.ts';

describe('a try of a call', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('is of its request: the same caller, trace, log, urgency, time and tries', () => {
    const log = { requestId: 'r-1' };
    const caller = { id: 'u1', scopes: ['orders:read'] };
    const request = new Context({ log, trace: { traceparent: '00-1-2-01' }, caller, timeoutMs: 100 });
    request.priority = 2;
    const attempt = new Attempt(request, 3);
    expect(attempt).toMatchObject({
      log,
      trace: { traceparent: '00-1-2-01' },
      caller,
      priority: 2,
      number: 3,
      isHedge: false,
    });
    expect(attempt.remainingMs).toBe(100);
    expect(attempt.tries).toBe(request.tries);
  });

  it.each(['client', 'deadline', 'rival'] as const)('ends with its request, for the same reason: %s', (by) => {
    const request = aRequest();
    const attempt = new Attempt(request, 1);
    const { signal } = attempt;
    request.end(by);
    expect([attempt.endedBy, signal.aborted]).toEqual([by, true]);
  });

  it('has ended where its request has', () => {
    const request = aRequest();
    request.end();
    const attempt = new Attempt(request, 1);
    expect(attempt.endedBy).toBe('client');
    const listener = jest.fn();
    attempt.onEnd(listener);
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('can be ended alone', () => {
    const request = aRequest();
    const attempt = new Attempt(request, 1);
    const { signal } = attempt;
    attempt.end('rival');
    expect([attempt.endedBy, signal.aborted, request.endedBy]).toEqual(['rival', true, undefined]);
  });

  it('may be given less time than its request has, from when it is sent, and never more', () => {
    const attempt = new Attempt(aRequest(100), 1);
    jest.advanceTimersByTime(30);
    expect(attempt.sentAt).toBeUndefined();
    attempt.limit(50);
    expect([attempt.remainingMs, attempt.sentAt]).toEqual([50, performance.now()]);
    attempt.limit(500);
    expect(attempt.remainingMs).toBe(70);
  });

  it('ends when its own time is up, and its request goes on', () => {
    const request = aRequest(100);
    const attempt = new Attempt(request, 1);
    attempt.limit(50);
    attempt.onEnd(() => {});
    jest.advanceTimersByTime(50);
    expect([attempt.endedBy, request.endedBy]).toEqual(['deadline', undefined]);
  });

  it('leaves no timer and nothing at its request once it is settled', () => {
    const request = aRequest(100);
    const attempt = new Attempt(request, 1);
    attempt.limit(50);
    attempt.onEnd(() => {});
    attempt.settle();
    expect(jest.getTimerCount()).toBe(1);
    request.settle();
    expect(jest.getTimerCount()).toBe(0);
    request.end();
    expect(attempt.endedBy).toBeUndefined();
  });

  it('has a rival of the same number that is another try of the same request', () => {
    const request = aRequest(100);
    const attempt = new Attempt(request, 2);
    const rival = attempt.rival();
    expect(rival).toMatchObject({ number: 2, isHedge: true });
    attempt.end('rival');
    expect(rival.endedBy).toBeUndefined();
    rival.onEnd(() => {});
    request.end();
    expect(rival.endedBy).toBe('client');
  });

  it('has a rival that ends when it would, however late that was sent', () => {
    const attempt = new Attempt(aRequest(1_000), 1);
    attempt.limit(100);
    jest.advanceTimersByTime(60);
    const rival = attempt.rival();
    rival.limit(100);
    expect(rival.remainingMs).toBe(40);
  });
});
