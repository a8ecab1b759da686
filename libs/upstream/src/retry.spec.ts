import { GatewayError, type Transient } from '#libs/errors';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { anUpstream, aRequest } from './policies/upstream.fixture.ts';
import { retry } from './retry.ts';

const down = (transient: Transient = {}) => new GatewayError('UPSTREAM_UNAVAILABLE', { transient });

describe('a call that is tried again', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  /** Fails as often as there are errors, then answers; says when each try was made. */
  function tried(errors: unknown[], { isIdempotent = true, timeoutMs = 3_000, random = 1, settings = {} } = {}) {
    const at: number[] = [];
    const startedAt = performance.now();
    const context = aRequest(timeoutMs);
    const call = retry(
      async () => {
        at.push(performance.now() - startedAt);
        if (errors.length) throw errors.shift();
        return 'answer';
      },
      { isIdempotent, method: 'ListOrders' },
      anUpstream(settings),
      () => random,
    );
    return { answer: call(context, 'q'), at, context };
  }

  it('is answered by the try that succeeds', async () => {
    const { answer, at } = tried([down(), down()]);
    await jest.runAllTimersAsync();
    expect(await answer).toBe('answer');
    expect(at).toHaveLength(3);
  });

  it('waits longer each time, with full jitter', async () => {
    const max = tried([down(), down()], { random: 1 });
    await jest.runAllTimersAsync();
    await max.answer;
    expect(max.at).toEqual([0, 20, 60]);
    const min = tried([down(), down()], { random: 0 });
    await jest.runAllTimersAsync();
    await min.answer;
    expect(min.at[2]).toBeLessThan(5);
  });

  it('is made again even where it may come but once, if it never left us', async () => {
    const { answer, at } = tried([down({ isUnsent: true }), down()], { isIdempotent: false });
    const failed = expect(answer).rejects.toThrow();
    await jest.runAllTimersAsync();
    await failed;
    expect(at).toHaveLength(2);
  });

  it('fails with the last error after three tries', async () => {
    const errors = [down(), down(), new GatewayError('UPSTREAM_BAD_RESPONSE', { transient: {} }), down()];
    const { answer, at } = tried(errors);
    const failed = expect(answer).rejects.toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE' });
    await jest.runAllTimersAsync();
    await failed;
    expect(at).toHaveLength(3);
  });

  it.each([
    ['is a write without an idempotency key', [down()], { isIdempotent: false }],
    ['failed for good', [new GatewayError('NOT_FOUND')], {}],
    ['failed by our own fault', [new TypeError('broken')], {}],
    ['has no budget', [down()], { settings: { budget: { ratio: 0, perSecond: 0 } } }],
    ['is to be left alone for longer than there is time', [down({ retryAfterMs: 5_000 })], {}],
  ])('is made once where it %s', async (_, errors, given) => {
    const { answer, at } = tried([...errors], given);
    await expect(answer).rejects.toBe(errors[0]);
    expect(at).toHaveLength(1);
  });

  it('is not made again for who has left, and costs nothing then', async () => {
    const upstream = anUpstream();
    const context = aRequest();
    const call = retry(
      () => {
        context.end();
        return Promise.reject(down());
      },
      { isIdempotent: true, method: 'ListOrders' },
      upstream,
    );
    await expect(call(context, 'q')).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(upstream.budget.balance).toBeGreaterThanOrEqual(10);
  });

  it('is not waited for where the breaker has opened', async () => {
    const upstream = anUpstream();
    const breaker = upstream.breaker('ListOrders');
    const call = retry(
      () => {
        breaker.done('failure', 1, breaker.enter()!, 10);
        return Promise.reject(down());
      },
      { isIdempotent: true, method: 'ListOrders' },
      upstream,
    );
    await expect(call(aRequest(), 'q')).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(breaker.state).toBe('OPEN');
  });

  it('hears when an upstream wants to be asked again', async () => {
    const { answer, at } = tried([down({ retryAfterMs: 1_000 })]);
    await jest.runAllTimersAsync();
    await answer;
    expect(at[1]).toBe(1_000);
  });

  it('does not wait longer than its own most, but for an upstream that asks for it', async () => {
    const settings = { retry: { maxTries: 8, baseDelayMs: 10, maxDelayMs: 100 }, budget: { perSecond: 100 } };
    const { answer, at } = tried(
      Array.from({ length: 7 }, () => down()),
      { settings, random: 1 },
    );
    await jest.runAllTimersAsync();
    await answer;
    const pauses = at.slice(1).map((one, i) => one - at[i]!);
    expect(pauses).toEqual([20, 40, 80, 100, 100, 100, 100]);
  });

  it('is numbered, and has all the time of its request each time', async () => {
    const tries: [number, number][] = [];
    const call = retry(
      (attempt) => {
        tries.push([attempt.number, attempt.remainingMs]);
        return Promise.reject(down({ retryAfterMs: 100 }));
      },
      { isIdempotent: true, method: 'ListOrders' },
      anUpstream(),
      () => 0,
    );
    const failed = expect(call(aRequest(1_000), 'q')).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    await jest.runAllTimersAsync();
    await failed;
    expect(tries).toEqual([
      [1, 1_000],
      [2, 900],
      [3, 800],
    ]);
  });

  it('pays for each next try out of the budget, and pays in with the first alone', async () => {
    const upstream = anUpstream({ budget: { ratio: 0.2, perSecond: 0 } });
    let tries = 0;
    const call = retry(
      () => ((tries += 1), Promise.reject(down())),
      { isIdempotent: true, method: 'ListOrders' },
      upstream,
    );
    for (let i = 0; i < 100; i += 1) {
      const failed = expect(call(aRequest(), 'q')).rejects.toThrow();
      await jest.runAllTimersAsync();
      await failed;
    }
    expect(tries).toBe(120);
  });

  it('is not made again after the deadline', async () => {
    const { answer, at } = tried([down({ retryAfterMs: 90 }), down({ retryAfterMs: 90 })], { timeoutMs: 100 });
    const failed = expect(answer).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    await jest.runAllTimersAsync();
    await failed;
    expect(at).toEqual([0, 90]);
  });

  it('is given up when the client leaves during the pause', async () => {
    const { answer, at, context } = tried([down({ retryAfterMs: 1_000 })]);
    const failed = expect(answer).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    await jest.advanceTimersByTimeAsync(500);
    context.end();
    await failed;
    expect([at.length, jest.getTimerCount()]).toEqual([1, 0]);
  });
});
