import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { anInfo, anUpstream } from './policies/upstream.fixture.ts';
import { upstreamSettings } from './settings.ts';
import { Upstream } from './upstream.ts';

describe('an upstream', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it.each([
    [1_000, 'the time that makes a call slow', {}, undefined],
    [300, 'the time of a try', { timeoutMs: 300 }, undefined],
    [400, 'nearly all the time of a request', {}, 500],
  ])('has had its time after %i ms: %s', (effectiveTimeoutMs, _, settings, requestTimeoutMs) => {
    expect(new Upstream('orders', upstreamSettings.parse(settings), requestTimeoutMs).effectiveTimeoutMs).toBe(
      effectiveTimeoutMs,
    );
  });

  it('has a breaker for each of its methods', () => {
    const upstream = anUpstream();
    expect(upstream.breaker('ListOrders')).toBe(upstream.breaker('ListOrders'));
    expect(upstream.breaker('ListOrders')).not.toBe(upstream.breaker('PlaceOrder'));
  });

  it.each([
    ['on', true],
    ['measure', false],
    ['off', false],
  ] as const)('refuses a method whose breaker is open where the mode is %s: %p', (mode, isRefusing) => {
    const upstream = anUpstream({ breaker: { mode } });
    const breaker = upstream.breaker('ListOrders');
    expect(upstream.isRefusing('ListOrders')).toBe(false);
    breaker.done('failure', 5, breaker.enter()!, 10);
    expect(upstream.isRefusing('ListOrders')).toBe(isRefusing);
    expect(upstream.isRefusing('PlaceOrder')).toBe(false);
    jest.advanceTimersByTime(600);
    breaker.enter();
    expect([breaker.state, upstream.isRefusing('ListOrders')]).toEqual(['HALF_OPEN', isRefusing]);
  });

  it('lets its other methods probe at once when one is answered again', () => {
    const upstream = anUpstream();
    const { openMs } = upstream.settings.breaker;
    const [list, place] = ['ListOrders', 'PlaceOrder'].map((method) => upstream.breaker(method));
    list!.done('failure', 5, list!.enter()!, 10);
    jest.advanceTimersByTime(openMs - 1);
    place!.done('failure', 5, place!.enter()!, 10);
    jest.advanceTimersByTime(1);
    const probe = list!.enter()!;
    expect(place!.enter()).toBeUndefined();
    list!.done('success', 5, probe);
    expect([place!.enter(), place!.state]).toEqual([expect.any(Number), 'HALF_OPEN']);
  });

  it('tells operators how it is', () => {
    const upstream = anUpstream();
    const info = anInfo();
    upstream.add(info);
    upstream.bulkhead.tryEnter();
    upstream.budget.withdraw();
    const breaker = upstream.breaker('ListOrders');
    for (let i = 0; i < 4; i += 1) breaker.done(i ? 'success' : 'failure', i === 1 ? 2_000 : 5, breaker.enter()!);
    for (let i = 0; i < 32; i += 1) info.latencies.add(7);
    expect(upstream.report()).toMatchObject({
      name: 'orders',
      settings: upstream.settings,
      budget: 9,
      inFlight: 1,
      queued: 0,
      methods: [
        {
          method: 'ListOrders',
          breaker: { state: 'CLOSED', timesOpened: 0, failed: 0.25, slow: 0.25, calls: 4 },
          p50Ms: 7,
          p95Ms: 7,
        },
      ],
    });
  });
});
