import { GatewayError } from '#libs/errors';
import { Attempt, Latencies } from '#libs/upstream';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { hedge } from './hedge.ts';
import { anInfo, anUpstream, aRequest } from './upstream.fixture.ts';

/** Calls that are answered when the test says so. */
function answerable() {
  const tries: { attempt: Attempt; resolve: (answer: string) => void; reject: (error: unknown) => void }[] = [];
  const call = (attempt: Attempt) =>
    new Promise<string>((resolve, reject) => {
      tries.push({ attempt, resolve, reject });
      attempt.onEnd(() => reject(attempt.reason));
    });
  return { call, tries };
}

/** What is known of a method whose median is 10 ms and whose p95 is 50. */
function known(medianMs = 10): Latencies {
  const latencies = new Latencies();
  for (let i = 0; i < 32; i += 1) latencies.add(i < 26 ? medianMs : 50);
  return latencies;
}

describe('a hedged call', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  function asked({ latencies = known(), isSafe = true, settings = {} } = {}) {
    const upstream = anUpstream(settings);
    const { call, tries } = answerable();
    const answer = hedge(upstream)(call, anInfo({ latencies, isSafe }))(new Attempt(aRequest(), 1), 'q');
    return { answer, tries, upstream };
  }

  it('is asked a second time after the recent p95, not before', () => {
    const { tries, answer } = asked();
    answer.catch(() => undefined);
    jest.advanceTimersByTime(49);
    expect(tries).toHaveLength(1);
    jest.advanceTimersByTime(1);
    expect(tries.map(({ attempt }) => attempt.isHedge)).toEqual([false, true]);
  });

  it('is not asked again before twice its median: what is slow for all is no tail', () => {
    const { tries, answer } = asked({ latencies: known(45) });
    answer.catch(() => undefined);
    jest.advanceTimersByTime(89);
    expect(tries).toHaveLength(1);
    jest.advanceTimersByTime(1);
    expect(tries).toHaveLength(2);
  });

  it('has the first answer, and cancels the other try', async () => {
    const { tries, answer } = asked();
    jest.advanceTimersByTime(50);
    tries[1]!.resolve('second');
    expect(await answer).toBe('second');
    expect(tries[0]!.attempt.endedBy).toBe('rival');
  });

  it('waits for the other try where one fails, and fails with the last', async () => {
    const { tries, answer } = asked();
    jest.advanceTimersByTime(50);
    tries[0]!.reject(new GatewayError('UPSTREAM_UNAVAILABLE'));
    tries[1]!.resolve('second');
    expect(await answer).toBe('second');
  });

  it('fails with the last error where both fail', async () => {
    const { tries, answer } = asked();
    jest.advanceTimersByTime(50);
    tries[0]!.reject(new GatewayError('UPSTREAM_UNAVAILABLE'));
    tries[1]!.reject(new GatewayError('UPSTREAM_BAD_RESPONSE'));
    await expect(answer).rejects.toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE' });
  });

  it('pays for its second try out of the budget, and for no more than one', () => {
    const { answer, tries, upstream } = asked({ settings: { budget: { perSecond: 5 } } });
    answer.catch(() => undefined);
    jest.advanceTimersByTime(49);
    const before = upstream.budget.balance;
    jest.advanceTimersByTime(1);
    expect(upstream.budget.balance).toBe(before - 1);
    jest.advanceTimersByTime(500);
    expect(tries).toHaveLength(2);
  });

  it('is not asked again once its client has gone', () => {
    const { answer, tries } = asked();
    answer.catch(() => undefined);
    tries[0]!.attempt.end('client');
    jest.advanceTimersByTime(500);
    expect(tries).toHaveLength(1);
  });

  it('waits a little at least, however fast the calls were', () => {
    const latencies = new Latencies();
    for (let i = 0; i < 32; i += 1) latencies.add(0.2);
    const { answer, tries } = asked({ latencies });
    answer.catch(() => undefined);
    jest.advanceTimersByTime(9);
    expect(tries).toHaveLength(1);
    jest.advanceTimersByTime(1);
    expect(tries).toHaveLength(2);
  });

  it('fails at once where it fails before there was a second try', async () => {
    const { tries, answer } = asked();
    tries[0]!.reject(new GatewayError('UPSTREAM_UNAVAILABLE'));
    await expect(answer).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    jest.advanceTimersByTime(100);
    expect(tries).toHaveLength(1);
  });

  it.each([
    ['its latencies are not known yet', { latencies: new Latencies() }],
    ['it is not safe', { isSafe: false }],
    ['hedging is off', { settings: { hedge: { mode: 'off' } } }],
    ['the budget is spent', { settings: { budget: { ratio: 0, perSecond: 0 } } }],
  ])('is asked once where %s', (_, given) => {
    const { tries, answer } = asked(given);
    answer.catch(() => undefined);
    jest.advanceTimersByTime(500);
    expect(tries).toHaveLength(1);
  });

  it('leaves no timer behind once nothing is under way', async () => {
    const { tries, answer } = asked();
    tries[0]!.resolve('first');
    await answer;
    jest.advanceTimersByTime(50);
    expect(tries).toHaveLength(1);
    tries[0]!.attempt.settle();
    jest.runOnlyPendingTimers();
    expect(jest.getTimerCount()).toBe(0);
  });
});
