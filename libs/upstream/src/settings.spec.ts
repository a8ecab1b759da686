import { describe, expect, it } from '@jest/globals';
import { upstreamSettings } from './settings.ts';

const refusal = (settings: object) => upstreamSettings.safeParse(settings).error?.issues[0]?.path.join('.');

describe('the settings of an upstream', () => {
  it('have a default each, and keep it beside those that are given', () => {
    const { breaker, timeoutMs } = upstreamSettings.parse({ breaker: { mode: 'measure' } });
    expect(timeoutMs).toBe(1_500);
    expect(breaker).toEqual({ ...upstreamSettings.parse({}).breaker, mode: 'measure' });
  });

  it('stay within what the design promises where nothing is set', () => {
    const { budget, breaker } = upstreamSettings.parse({});
    expect(budget).toEqual({ ratio: 0.2, perSecond: 10 });
    expect(breaker.minimumCalls).toBeLessThanOrEqual(10);
    expect(breaker.probes).toBeLessThanOrEqual(3);
    expect(1_000 / breaker.openMs).toBeLessThanOrEqual(5);
    expect(breaker.openMs + breaker.rampMs).toBeLessThan(2_000);
  });

  it.each([
    ['timeoutMs', { timeoutMs: 0 }],
    ['timeoutMs', { timeoutMs: '800' }],
    ['retry.maxTries', { retry: { maxTries: 0 } }],
    ['budget.ratio', { budget: { ratio: 1.5 } }],
    ['hedge.mode', { hedge: { mode: 'yes' } }],
    ['breaker.probes', { breaker: { probes: 0 } }],
    ['breaker.failureRatio', { breaker: { failureRatio: 0 } }],
    ['breaker.slowRatio', { breaker: { slowRatio: 0 } }],
    ['breaker', { breaker: { window: 5, minimumCalls: 6 } }],
    ['bulkhead.maxInFlight', { bulkhead: { maxInFlight: 0 } }],
    ['', { retries: 3 }],
    ['retry', { retry: { tries: 3 } }],
  ])('are refused at %s: %j', (path, settings) => {
    expect(refusal(settings)).toBe(path);
  });
});
