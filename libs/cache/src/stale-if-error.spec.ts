import { GatewayError } from '#libs/errors';
import type { Context } from '#libs/upstream';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { freshnessOf } from './freshness.ts';
import { aRequest, cachedThings } from './port.fixture.ts';

const SECOND = 1_000;
const down = () => new GatewayError('UPSTREAM_UNAVAILABLE');

/** How old what a question of a new request is answered is, where it stands in. */
async function staleAgeOf(load: (context: Context) => Promise<unknown>): Promise<number | undefined> {
  const context = aRequest();
  await load(context);
  return context.staleAgeSeconds;
}

/** Lets what happens in the background come to its end. */
const settled = async () => {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
};

describe('a stale answer', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('is used while the upstream fails, with its age, until `staleIfError` is over', async () => {
    const { things, upstream } = cachedThings();
    await things.like(aRequest(), 't1', 5);
    upstream.failure = down();
    jest.advanceTimersByTime(50 * SECOND);
    expect(await staleAgeOf((context) => things.like(context, 't1', 5))).toBe(50);
    jest.advanceTimersByTime(59 * SECOND);
    expect(await staleAgeOf((context) => things.like(context, 't1', 5))).toBe(109);
    jest.advanceTimersByTime(2 * SECOND);
    await expect(things.like(aRequest(), 't1', 5)).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });

  it('is noted for HTTP caches: its lifetime is over, and it is used for stale-if-error', async () => {
    const { things, upstream } = cachedThings();
    await things.like(aRequest(), 't1', 5);
    upstream.failure = down();
    jest.advanceTimersByTime(50 * SECOND);
    const context = aRequest();
    await things.like(context, 't1', 5);
    expect(freshnessOf(context)).toMatchObject({ hasStaleIfError: true, lifetimeMs: 10_000, ageMs: 50_000 });
  });

  it('is marked stale once the upstream is known to fail, even within `staleWhileRevalidate`', async () => {
    const { things, upstream } = cachedThings();
    await things.like(aRequest(), 't1', 5);
    upstream.failure = down();
    jest.advanceTimersByTime(15 * SECOND);
    expect(await staleAgeOf((context) => things.like(context, 't1', 5))).toBeUndefined();
    await settled();
    expect(await staleAgeOf((context) => things.like(context, 't1', 5))).toBe(15);
    upstream.failure = undefined;
    await settled();
    await things.like(aRequest(), 't1', 5);
    await settled();
    expect(await staleAgeOf((context) => things.like(context, 't1', 5))).toBeUndefined();
  });

  it('marks the context that gets it stale, and no context that gets a fresh answer', async () => {
    const { things, upstream } = cachedThings();
    await things.byIds(aRequest(), ['old']);
    jest.advanceTimersByTime(50 * SECOND);
    await things.byIds(aRequest(), ['new']);
    upstream.failure = down();
    const [both, fresh, none] = [aRequest(), aRequest(), aRequest()];
    const noteOf = jest.spyOn(both, 'noteStale');
    await things.byIds(both, ['new', 'old']);
    await things.byIds(fresh, ['new']);
    expect([both, fresh, none].map(({ staleAgeSeconds }) => staleAgeSeconds)).toEqual([50, undefined, undefined]);
    expect(noteOf.mock.calls).toEqual([[50 * SECOND, 'old']]);
  });

  it('is marked stale also when it is a negative answer', async () => {
    const { things, upstream } = cachedThings();
    await things.byIds(aRequest(), ['no1']);
    upstream.failure = down();
    jest.advanceTimersByTime(50 * SECOND);
    const context = aRequest();
    expect(await things.byIds(context, ['no1'])).toEqual([]);
    expect(context.staleAgeSeconds).toBe(50);
  });

  it('is not used for errors that are answers, such as NOT_FOUND', async () => {
    const { things, upstream } = cachedThings();
    await things.like(aRequest(), 't1', 5);
    jest.advanceTimersByTime(50 * SECOND);
    upstream.failure = new GatewayError('VALIDATION_FAILED');
    await expect(things.like(aRequest(), 't1', 5)).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
  });
});
