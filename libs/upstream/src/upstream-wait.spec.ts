import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ChildContext } from './child-context.ts';
import { Context } from './context.ts';
import { Flight } from './flight.ts';

const aRequest = (timeoutMs = 1_000) => new Context({ log: { requestId: 'r-1' }, timeoutMs });

describe('the time that a request waits for upstreams', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('is none without a call', () => {
    const request = aRequest();
    jest.advanceTimersByTime(50);
    expect(request.waitedMs).toBe(0);
  });

  it('counts concurrent calls of its parts and its detached work once', () => {
    const request = aRequest();
    const [one, other] = [new ChildContext(request).upstreamWait, request.detached(5_000).upstreamWait];
    one.begin();
    jest.advanceTimersByTime(10);
    other.begin();
    jest.advanceTimersByTime(10);
    one.end();
    jest.advanceTimersByTime(10);
    expect(request.waitedMs).toBe(30);
    other.end();
    jest.advanceTimersByTime(10);
    expect(request.waitedMs).toBe(30);
  });

  it('is its own part of a shared call, however that part ends', async () => {
    const flight = new Flight<string>(aRequest());
    const { promise, resolve } = Promise.withResolvers<string>();
    flight.answer = promise;
    const [first, later, early, gone] = [aRequest(), aRequest(), aRequest(), aRequest()];
    const answers = [flight.join(first)];
    jest.advanceTimersByTime(10);
    answers.push(flight.join(later), flight.join(early, Promise.resolve('stale')));
    const left = flight.join(gone);
    await Promise.resolve();
    await Promise.resolve();
    jest.advanceTimersByTime(10);
    gone.end();
    await expect(left).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    jest.advanceTimersByTime(10);
    resolve('answer');
    expect(await Promise.all(answers)).toEqual(['answer', 'answer', 'stale']);
    jest.advanceTimersByTime(10);
    expect([first, later, early, gone].map(({ waitedMs }) => waitedMs)).toEqual([30, 20, 0, 10]);
  });
});
