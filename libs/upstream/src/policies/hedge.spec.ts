import { GatewayError } from '#libs/errors';
import { Attempt, Latencies } from '#libs/upstream';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { bulkhead } from './bulkhead.ts';
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

/** Time passes, and what has come meanwhile is read. */
async function passes(ms: number): Promise<void> {
  jest.advanceTimersByTime(ms);
  await new Promise(setImmediate);
}

describe('a hedged call', () => {
  beforeEach(() => void jest.useFakeTimers({ doNotFake: ['setImmediate'] }));
  afterEach(() => void jest.useRealTimers());

  function hedged({ latencies = known(), isSafe = true, settings = {} } = {}) {
    const upstream = anUpstream(settings);
    const { call, tries } = answerable();
    const answer = hedge(upstream)(call, anInfo({ latencies, isSafe }))(new Attempt(aRequest(), 1), 'q');
    return { answer, tries, upstream };
  }

  it('is asked a second time after the recent p95, not before', async () => {
    const { tries, answer } = hedged();
    answer.catch(() => undefined);
    await passes(49);
    expect(tries).toHaveLength(1);
    await passes(1);
    expect(tries.map(({ attempt }) => attempt.isHedge)).toEqual([false, true]);
  });

  it('is not asked again before twice its median: what is slow for all is no tail', async () => {
    const { tries, answer } = hedged({ latencies: known(45) });
    answer.catch(() => undefined);
    await passes(89);
    expect(tries).toHaveLength(1);
    await passes(1);
    expect(tries).toHaveLength(2);
  });

  it('is not asked again while it waits here for a place, nor before the upstream has had that time', async () => {
    const upstream = anUpstream({ bulkhead: { maxInFlight: 1, maxQueued: 4 } });
    upstream.bulkhead.tryEnter();
    const { call, tries } = answerable();
    const info = anInfo({ latencies: known() });
    const answer = hedge(upstream)(bulkhead(upstream)(call, info), info)(new Attempt(aRequest(), 1), 'q');
    answer.catch(() => undefined);
    for (let i = 0; i < 12; i += 1) await passes(10);
    expect([tries.length, upstream.bulkhead.queued]).toEqual([0, 1]);
    upstream.bulkhead.release();
    for (let i = 0; i < 49; i += 1) await passes(1);
    expect([tries.length, upstream.bulkhead.queued]).toEqual([1, 0]);
    for (let i = 0; i < 3; i += 1) await passes(1);
    // It has a place or waits for one.
    expect(tries.length + upstream.bulkhead.queued).toBe(2);
  });

  it('has the first answer, and cancels the other try', async () => {
    const { tries, answer } = hedged();
    await passes(50);
    tries[1]!.resolve('second');
    expect(await answer).toBe('second');
    expect(tries[0]!.attempt.endedBy).toBe('rival');
  });

  it('waits for the other try where one fails, and fails with the last', async () => {
    const { tries, answer } = hedged();
    await passes(50);
    tries[0]!.reject(new GatewayError('UPSTREAM_UNAVAILABLE'));
    tries[1]!.resolve('second');
    expect(await answer).toBe('second');
  });

  it('fails with the last error where both fail', async () => {
    const { tries, answer } = hedged();
    await passes(50);
    tries[0]!.reject(new GatewayError('UPSTREAM_UNAVAILABLE'));
    tries[1]!.reject(new GatewayError('UPSTREAM_BAD_RESPONSE'));
    await expect(answer).rejects.toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE' });
  });

  it('pays for its second try out of the budget, and for no more than one', async () => {
    const { answer, tries, upstream } = hedged({ settings: { budget: { perSecond: 5 } } });
    answer.catch(() => undefined);
    await passes(49);
    const before = upstream.budget.balance;
    await passes(1);
    expect(upstream.budget.balance).toBe(before - 1);
    await passes(500);
    expect(tries).toHaveLength(2);
  });

  it('is not asked again once its client has gone', async () => {
    const { answer, tries } = hedged();
    answer.catch(() => undefined);
    tries[0]!.attempt.end('client');
    await passes(500);
    expect(tries).toHaveLength(1);
  });

  it('waits longer where second tries do not win, and less again where they do', async () => {
    const latencies = known();
    const { call, tries } = answerable();
    const send = hedge(anUpstream({ budget: { perSecond: 1_000 } }))(call, anInfo({ latencies }));
    /** How long the first try takes before there is a second. */
    const waited = async (winner: 'first' | 'second') => {
      const answer = send(new Attempt(aRequest(60_000), 1), 'q');
      const hedged = tries.length;
      let ms = 0;
      for (; tries.length === hedged && ms < 1_000; ms += 1) await passes(1);
      tries[winner === 'first' ? hedged - 1 : hedged]!.resolve('answer');
      await answer;
      return ms;
    };
    expect(await waited('first')).toBe(50);
    for (let i = 0; i < 40; i += 1) await waited('first');
    expect(await waited('first')).toBe(16 * 10);
    for (let i = 0; i < 10; i += 1) await waited('second');
    expect(await waited('first')).toBe(50);
    for (let i = 0; i < 40; i += 1) await waited('first');
    // It is tried again some time: what is slow then may be another thing.
    for (let i = 0; i < 3_000; i += 1) {
      const answer = send(new Attempt(aRequest(60_000), 1), 'q');
      tries.at(-1)!.resolve('answer');
      await answer;
    }
    await passes(200);
    expect(await waited('first')).toBe(50);
  });

  it('waits a little at least, however fast the calls were', async () => {
    const latencies = new Latencies();
    for (let i = 0; i < 32; i += 1) latencies.add(0.2);
    const { answer, tries } = hedged({ latencies });
    answer.catch(() => undefined);
    await passes(9);
    expect(tries).toHaveLength(1);
    await passes(1);
    expect(tries).toHaveLength(2);
  });

  it('fails at once where it fails before there was a second try', async () => {
    const { tries, answer } = hedged();
    tries[0]!.reject(new GatewayError('UPSTREAM_UNAVAILABLE'));
    await expect(answer).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    await passes(100);
    expect(tries).toHaveLength(1);
  });

  it.each([
    ['its latencies are not known yet', { latencies: new Latencies() }],
    ['it is not safe', { isSafe: false }],
    ['hedging is off', { settings: { hedge: { mode: 'off' } } }],
    ['the budget is spent', { settings: { budget: { ratio: 0, perSecond: 0 } } }],
  ])('is asked once where %s', async (_, given) => {
    const { tries, answer } = hedged(given);
    answer.catch(() => undefined);
    await passes(500);
    expect(tries).toHaveLength(1);
  });

  it('leaves no timer behind once nothing is under way', async () => {
    const { tries, answer } = hedged();
    tries[0]!.resolve('first');
    await answer;
    await passes(50);
    expect(tries).toHaveLength(1);
    tries[0]!.attempt.settle();
    jest.runOnlyPendingTimers();
    expect(jest.getTimerCount()).toBe(0);
  });
});
