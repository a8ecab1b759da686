import { type ErrorCode, GatewayError } from '#libs/errors';
import { Attempt, type Policy, type Upstream } from '#libs/upstream';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { breaker } from './breaker.ts';
import { bulkhead } from './bulkhead.ts';
import { deadline } from './deadline.ts';
import { anInfo, anUpstream, aRequest, hanging } from './upstream.fixture.ts';

const failing = (code: ErrorCode, isUpstreamFault?: boolean) => (): Promise<never> =>
  Promise.reject(new GatewayError(code, { isUpstreamFault }));

describe('the breaker policy', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  /** The policy with those below it that it goes by. */
  const around =
    (upstream: Upstream): Policy =>
    (call, info) =>
      breaker(upstream)(bulkhead(upstream)(deadline(upstream)(call, info), info), info);

  async function after(code: ErrorCode, mode: 'on' | 'measure' | 'off' = 'on', isUpstreamFault?: boolean) {
    const upstream = anUpstream({ breaker: { mode } });
    const call = around(upstream)(failing(code, isUpstreamFault), anInfo());
    const outcomes: string[] = [];
    for (let i = 0; i < 15; i += 1) {
      await call(new Attempt(aRequest(), 1), 'q').catch((error: GatewayError) => outcomes.push(error.code));
    }
    return { outcomes, state: upstream.breaker('ListOrders').state };
  }

  it.each(['UPSTREAM_UNAVAILABLE', 'UPSTREAM_TIMEOUT', 'UPSTREAM_BAD_RESPONSE'] as const)(
    'leaves a method alone that answers %s ten times',
    async (code) => {
      const { outcomes, state } = await after(code);
      expect(outcomes).toEqual([...Array(10).fill(code), ...Array(5).fill('CIRCUIT_OPEN')]);
      expect(state).toBe('OPEN');
    },
  );

  it.each(['NOT_FOUND', 'VALIDATION_FAILED', 'CONFLICT', 'OVERLOADED'] as const)(
    'takes %s for an answer',
    async (code) => {
      expect(await after(code)).toEqual({ outcomes: Array(15).fill(code), state: 'CLOSED' });
    },
  );

  it.each(['UPSTREAM_BAD_RESPONSE', 'UPSTREAM_TIMEOUT'] as const)(
    'takes %s for an answer where it is about the caller',
    async (code) => {
      expect(await after(code, 'on', false)).toEqual({ outcomes: Array(15).fill(code), state: 'CLOSED' });
    },
  );

  it('comes back for all once its probes are answered, be it with a refusal of the caller', async () => {
    const upstream = anUpstream();
    const ends = (code: ErrorCode, isUpstreamFault: boolean) =>
      around(upstream)(failing(code, isUpstreamFault), anInfo())(new Attempt(aRequest(), 1), 'q').catch(
        () => undefined,
      );
    for (let i = 0; i < 10; i += 1) await ends('UPSTREAM_UNAVAILABLE', true);
    jest.advanceTimersByTime(upstream.settings.breaker.openMs);
    for (let i = 0; i < 3; i += 1) await ends('UPSTREAM_BAD_RESPONSE', false);
    expect(upstream.breaker('ListOrders').state).toBe('RAMPING');
  });

  it.each([
    ['HTTP', { code: 'UND_ERR_RES_EXCEEDED_MAX_SIZE' }],
    ['gRPC', { code: 8, details: 'Received message that decompresses to a size larger than 10485760' }],
  ])(
    'takes the second answer that is cut off at the cap for ten failures: each costs megabytes (%s)',
    async (_, cause) => {
      const upstream = anUpstream();
      const huge = () => Promise.reject(new GatewayError('UPSTREAM_BAD_RESPONSE', { cause }));
      const call = around(upstream)(huge, anInfo());
      const states: string[] = [];
      for (let i = 0; i < 2; i += 1) {
        await call(new Attempt(aRequest(), 1), 'q').catch(() => undefined);
        states.push(upstream.breaker('ListOrders').state);
      }
      expect(states).toEqual(['CLOSED', 'OPEN']);
    },
  );

  it('only reports where it measures, and is not there where it is off', async () => {
    expect(await after('UPSTREAM_TIMEOUT', 'measure')).toEqual({
      outcomes: Array(15).fill('UPSTREAM_TIMEOUT'),
      state: 'OPEN',
    });
    expect(await after('UPSTREAM_TIMEOUT', 'off')).toMatchObject({ state: 'CLOSED' });
  });

  it.each([
    [20, 'CLOSED'],
    [900, 'OPEN'],
  ])(
    'counts a call that was given up after %s ms only if it had had its time',
    async (effectiveTimeoutMs, state) => {
      const upstream = anUpstream({ breaker: { slowMs: 800 } });
      const { call } = hanging();
      for (let i = 0; i < 12; i += 1) {
        const pending = around(upstream)(call, anInfo())(new Attempt(aRequest(effectiveTimeoutMs), 1), 'q').catch(
          () => undefined,
        );
        jest.advanceTimersByTime(effectiveTimeoutMs);
        await pending;
        if (upstream.breaker('ListOrders').state === 'OPEN') break;
      }
      expect(upstream.breaker('ListOrders').state).toBe(state);
    },
  );

  it('takes a deadline for given up even where the upstream is the first to say so', async () => {
    const upstream = anUpstream();
    const call = around(upstream)(async () => {
      jest.advanceTimersByTime(97);
      throw new GatewayError('UPSTREAM_TIMEOUT');
    }, anInfo());
    for (let i = 0; i < 12; i += 1) await call(new Attempt(aRequest(100), 1), 'q').catch(() => undefined);
    expect(upstream.breaker('ListOrders').ratios.calls).toBe(0);
  });

  it('does not blame an upstream for what never went to it', async () => {
    const upstream = anUpstream({ bulkhead: { maxInFlight: 1, maxQueued: 0 } });
    upstream.bulkhead.tryEnter();
    const call = around(upstream)(async () => 'answer', anInfo());
    for (let i = 0; i < 30; i += 1) {
      await expect(call(new Attempt(aRequest(), 1), 'q')).rejects.toMatchObject({ code: 'OVERLOADED' });
    }
    expect(upstream.breaker('ListOrders').state).toBe('CLOSED');
  });

  it('does not count the time that a call waited for a place', async () => {
    const upstream = anUpstream({ bulkhead: { maxInFlight: 1, maxQueued: 20 } });
    upstream.bulkhead.tryEnter();
    const call = around(upstream)(async () => 'answer', anInfo());
    const pending = Array.from({ length: 20 }, () => call(new Attempt(aRequest(3_000), 1), 'q'));
    jest.advanceTimersByTime(2_000);
    upstream.bulkhead.release();
    await Promise.all(pending);
    expect(upstream.breaker('ListOrders').ratios).toEqual({ failed: 0, slow: 0, calls: 20 });
  });

  it('counts a shared call for all who wait for it', async () => {
    const upstream = anUpstream();
    const shared = Object.defineProperty(new Attempt(aRequest(), 1), 'weight', { value: 10 });
    await expect(around(upstream)(failing('UPSTREAM_UNAVAILABLE'), anInfo())(shared, 'q')).rejects.toThrow();
    expect(upstream.breaker('ListOrders').state).toBe('OPEN');
  });

  it('notes its state on the try, and keeps methods apart', async () => {
    const upstream = anUpstream();
    const attempt = new Attempt(aRequest(), 1);
    await around(upstream)(async () => 'answer', anInfo())(attempt, 'q');
    expect(attempt.record.breaker).toBe('CLOSED');
    expect(upstream.breaker('ListOrders')).not.toBe(upstream.breaker('PlaceOrder'));
  });
});
