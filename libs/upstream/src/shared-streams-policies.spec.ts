/**
 * Runs in its own environment: in an hour of fake time, modules that other suites have loaded would set timers, too.
 * @jest-environment node
 */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { AnswerStream } from './answer-stream.ts';
import type { Attempt } from './attempt.ts';
import type { TryRecord } from './context.ts';
import { withPolicies } from './policies.ts';
import { anInfo, anUpstream, aRequest } from './policies/upstream.fixture.ts';
import { Numbers } from './shared-streams.fixture.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const passed = (ms: number) => jest.advanceTimersByTimeAsync(ms);

/** A stream that is opened with all policies around it, and what there is of its tries. */
function withAll(wire: (attempt: Attempt) => Promise<AnswerStream<number>>, settings: object = {}) {
  const tries: TryRecord[] = [];
  const upstream = anUpstream(settings);
  const info = anInfo({ method: 'WatchOrder', isSafe: false, isIdempotent: true });
  const call = withPolicies(wire, info, upstream, (record) => tries.push(record));
  const numbers = new Numbers();
  numbers.open = (context) => call(context, 'key');
  return { numbers, upstream, tries };
}

describe('a stream that is open once it was sent, with all policies around its opening', () => {
  it('has neither a deadline nor a place in the bulkhead for as long as its server says nothing', async () => {
    const { numbers, upstream, tries } = withAll(async () => numbers.stream());
    const one = numbers.follow('a');
    await passed(3_600_000);
    expect([upstream.bulkhead.inFlight, numbers.openNow, tries.length]).toEqual([0, 1, 1]);
    numbers.send(1);
    expect(await one.until(1)).toEqual([1]);
    expect(tries).toMatchObject([{ outcome: 'OK' }]);
    numbers.streams.close();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('has the time of a try for what its connection takes, and is lost where there is none', async () => {
    const { numbers, tries } = withAll(
      (attempt) => new Promise((_, reject) => void attempt.onEnd(() => reject(attempt.reason))),
      { timeoutMs: 500 },
    );
    const one = numbers.follow('a');
    await passed(499);
    expect(tries).toEqual([]);
    await passed(1_600);
    expect(one.seen).toEqual(['lost']);
    expect(new Set(tries.map(({ outcome }) => outcome))).toEqual(new Set(['UPSTREAM_TIMEOUT']));
    numbers.streams.close();
    await passed(0);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('waits for a place in the bulkhead, and leaves the queue with the last who follows', async () => {
    const { numbers, upstream } = withAll(async () => numbers.stream(), {
      bulkhead: { maxInFlight: 1, maxQueued: 5 },
    });
    upstream.bulkhead.tryEnter();
    const one = numbers.follow('a');
    await passed(60_000);
    expect([upstream.bulkhead.queued, one.seen]).toEqual([1, []]);
    one.stop();
    await passed(0);
    expect([upstream.bulkhead.queued, numbers.opened.length]).toEqual([0, 0]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('goes on where the request that it was opened for is over', async () => {
    const { numbers, upstream } = withAll(async () => numbers.stream());
    const request = aRequest(10);
    const stop = numbers.streams.follow(request, 'key', 0, { onItem: () => {}, onEnd: () => {} });
    await passed(1_000);
    request.end('client');
    await passed(1_000);
    // Whoever follows says when they leave, not their request.
    expect([numbers.openNow, upstream.bulkhead.inFlight]).toEqual([1, 0]);
    stop();
    expect(numbers.openNow).toBe(0);
  });
});
