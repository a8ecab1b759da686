import { Attempt } from '#libs/upstream';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { deadline } from './deadline.ts';
import { anInfo, anUpstream, aRequest, hanging } from './upstream.fixture.ts';

describe('the deadline of a try', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  const policy = deadline(anUpstream({ timeoutMs: 100 }));

  it('is its own where the request has more time', async () => {
    const { call, started } = hanging();
    const pending = policy(call, anInfo())(new Attempt(aRequest(1_000), 1), 'question');
    expect(started[0]!.remainingMs).toBe(100);
    jest.advanceTimersByTime(100);
    await expect(pending).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(started[0]!.endedBy).toBe('deadline');
  });

  it('is what is left of the request where that is less', async () => {
    const { call, started } = hanging();
    const request = aRequest(30);
    const pending = policy(call, anInfo())(new Attempt(request, 1), 'question');
    expect(started[0]!.remainingMs).toBe(30);
    jest.advanceTimersByTime(30);
    await expect(pending).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
  });

  it.each([100, 99.5])('does not let a try start that cannot finish: %s of 100 ms are gone', async (goneMs) => {
    const { call, started } = hanging();
    const request = aRequest(100);
    jest.advanceTimersByTime(goneMs);
    const pending = policy(call, anInfo())(new Attempt(request, 1), 'question');
    await expect(pending).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(started).toEqual([]);
  });

  it('does not let a try start that nobody waits for', async () => {
    const { call, started } = hanging();
    const request = aRequest();
    const attempt = new Attempt(request, 1);
    attempt.end('rival');
    await expect(policy(call, anInfo())(attempt, 'question')).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(started).toEqual([]);
  });

  it('takes one timer for the try, and none where the request rings first', () => {
    const { call } = hanging();
    policy(call, anInfo())(new Attempt(aRequest(1_000), 1), 'question').catch(() => undefined);
    expect(jest.getTimerCount()).toBe(2);
    jest.clearAllTimers();
    policy(call, anInfo())(new Attempt(aRequest(50), 1), 'question').catch(() => undefined);
    expect(jest.getTimerCount()).toBe(1);
  });
});
