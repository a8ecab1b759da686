import { GatewayError } from '#libs/errors';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Try } from './call.ts';
import type { TryRecord } from './context.ts';
import { withPolicies } from './policies.ts';
import { anInfo, anUpstream, aRequest, hanging } from './policies/upstream.fixture.ts';

const down = () => Promise.reject(new GatewayError('UPSTREAM_UNAVAILABLE', { transient: {} }));

/** A call of orders with all policies around it, and what is told of its tries. */
function withAll(wire: Try<string, string>, settings: object = {}, info = anInfo()) {
  const records: TryRecord[] = [];
  const upstream = anUpstream(settings);
  return { records, upstream, call: withPolicies(wire, info, upstream, (record) => records.push(record)) };
}

const outcomes = (records: TryRecord[]) => records.map(({ outcome }) => outcome);

describe('a call with all policies around it', () => {
  beforeEach(() => void jest.useFakeTimers({ doNotFake: ['setImmediate'] }));
  afterEach(() => void jest.useRealTimers());

  it('is answered, is told of once, and leaves no timer behind', async () => {
    const { call, records } = withAll(async (_, question) => `answer to ${question}`);
    const request = aRequest();
    expect(await call(request, 'q')).toBe('answer to q');
    request.settle();
    expect(records).toMatchObject([{ outcome: 'OK', number: 1, isHedge: false, breaker: 'CLOSED', queueMs: 0 }]);
    expect(request.tries).toEqual(records);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('passes every try through the breaker, which tries no more once it is open, and tells of refusals', async () => {
    const { call, records, upstream } = withAll(down, { budget: { perSecond: 100 }, breaker: { openMs: 1_000 } });
    for (let i = 0; i < 8; i += 1) {
      const failed = expect(call(aRequest(), `q${i}`)).rejects.toThrow();
      await jest.advanceTimersByTimeAsync(100);
      await failed;
    }
    expect(upstream.breaker('ListOrders').state).toBe('OPEN');
    expect(outcomes(records).filter((outcome) => outcome === 'UPSTREAM_UNAVAILABLE')).toHaveLength(10);
    expect(outcomes(records).slice(10)).toEqual(Array(4).fill('CIRCUIT_OPEN'));
    expect(records.at(-1)!.breaker).toBe('OPEN');
  });

  it('takes no place while the breaker is open', async () => {
    const { call, upstream } = withAll(hanging().call, { bulkhead: { maxInFlight: 1, maxQueued: 1 } });
    const breaker = upstream.breaker('ListOrders');
    breaker.done('failure', 5, breaker.enter()!, 10);
    await expect(call(aRequest(), 'q')).rejects.toMatchObject({ code: 'CIRCUIT_OPEN' });
    expect([upstream.bulkhead.inFlight, upstream.bulkhead.queued]).toEqual([0, 0]);
  });

  it('has its time from when it is sent: what it waited for a place is not counted', async () => {
    const { call, started } = hanging();
    const bulkhead = { maxInFlight: 1, maxQueued: 5 };
    const {
      call: pending,
      records,
      upstream,
    } = withAll(call, { timeoutMs: 300, bulkhead, hedge: { mode: 'off' } });
    upstream.bulkhead.tryEnter();
    const failed = expect(pending(aRequest(1_000), 'q')).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    await jest.advanceTimersByTimeAsync(200);
    upstream.bulkhead.release();
    await jest.advanceTimersByTimeAsync(0);
    expect(started[0]!.remainingMs).toBe(300);
    await jest.advanceTimersByTimeAsync(300);
    await failed;
    expect(records).toMatchObject([{ outcome: 'UPSTREAM_TIMEOUT', queueMs: 200, durationMs: 500 }]);
    expect(upstream.bulkhead.inFlight).toBe(0);
  });

  it('stays healthy through a burst beyond its places: what is refused here does not open the breaker', async () => {
    const slow = async () => new Promise<string>((resolve) => void setTimeout(resolve, 20, 'answer'));
    const { call, records, upstream } = withAll(slow, { bulkhead: { maxInFlight: 10, maxQueued: 10 } });
    const pending = Promise.allSettled(Array.from({ length: 100 }, (_, i) => call(aRequest(), `q${i}`)));
    await jest.advanceTimersByTimeAsync(100);
    await pending;
    expect(outcomes(records).filter((outcome) => outcome === 'OK')).toHaveLength(20);
    expect(outcomes(records).filter((outcome) => outcome === 'OVERLOADED')).toHaveLength(80);
    expect(upstream.breaker('ListOrders').state).toBe('CLOSED');
  });

  it('counts a shared call for all who wait for it', async () => {
    const { call, records, upstream } = withAll(down, {}, anInfo({ isIdempotent: false }));
    await Promise.allSettled(Array.from({ length: 10 }, () => call(aRequest(), 'q')));
    expect([records.length, upstream.breaker('ListOrders').state]).toEqual([1, 'OPEN']);
  });

  it('asks a hanging upstream a second time, and cancels the try that lost', async () => {
    let isHanging = false;
    const { call: hang, started } = hanging();
    const wire: Try<string, string> = (attempt, question) =>
      isHanging && !attempt.isHedge ? hang(attempt) : Promise.resolve(`answer to ${question}`);
    const { call, records, upstream } = withAll(wire);
    for (let i = 0; i < 32; i += 1) await call(aRequest(), 'warm');
    isHanging = true;
    const answer = call(aRequest(), 'q');
    await jest.advanceTimersByTimeAsync(10);
    expect(await answer).toBe('answer to q');
    await jest.advanceTimersByTimeAsync(0);
    expect(started[0]!.endedBy).toBe('rival');
    expect(records.slice(32)).toMatchObject([
      { outcome: 'OK', isHedge: true },
      { outcome: 'CANCELLED', isHedge: false },
    ]);
    expect(upstream.bulkhead.inFlight).toBe(0);
  });

  it('is sent once where it may not come twice, whatever fails', async () => {
    const write = anInfo({ method: 'PlaceOrder', isSafe: false, isIdempotent: false });
    const { call, records } = withAll(down, {}, write);
    const requests = [aRequest(), aRequest()];
    const failed = Promise.allSettled(requests.map((request) => call(request, 'the same')));
    await jest.advanceTimersByTimeAsync(1_000);
    await failed;
    expect(records.map(({ method, number }) => [method, number])).toEqual([
      ['PlaceOrder', 1],
      ['PlaceOrder', 1],
    ]);
  });

  it('sends an upstream that only fails a fifth more than it was asked, and ten a second', async () => {
    const { call, records } = withAll(down, { breaker: { mode: 'off' } });
    for (let i = 0; i < 1_000; i += 1) {
      call(aRequest(), `q${i}`).catch(() => undefined);
      await jest.advanceTimersByTimeAsync(10);
    }
    await jest.advanceTimersByTimeAsync(1_000);
    expect(records.length).toBeGreaterThan(1_150);
    expect(records.length).toBeLessThanOrEqual(1_000 * 1.2 + 10 * 11);
  });

  it('is cancelled, and gives its place back, when its client leaves', async () => {
    const { call, started } = hanging();
    const { call: pending, records, upstream } = withAll(call);
    const request = aRequest();
    const failed = expect(pending(request, 'q')).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    request.end();
    await failed;
    await jest.advanceTimersByTimeAsync(0);
    expect(started[0]!.endedBy).toBe('client');
    expect(outcomes(records)).toEqual(['CANCELLED']);
    expect([upstream.bulkhead.inFlight, upstream.breaker('ListOrders').ratios.calls]).toEqual([0, 0]);
  });
});
