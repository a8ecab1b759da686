import { GatewayError } from '#libs/errors';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Cache } from './cache.ts';
import { freshnessOf } from './freshness.ts';
import { aRequest, cachedThings } from './port.fixture.ts';

const SECOND = 1_000;
const down = () => new GatewayError('UPSTREAM_UNAVAILABLE');

/** Lets what happens in the background come to its end. */
const settled = async () => {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
};

describe('the cached answer of a port', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('is fetched once while it is fresh, for all callers', async () => {
    const { things, upstream } = cachedThings();
    const first = await things.like(aRequest('u1'), 't1', 5);
    jest.advanceTimersByTime(9 * SECOND);
    expect(await things.like(aRequest('u2'), 't1', 5)).toEqual(first);
    expect(upstream.calls).toEqual(['like t1 5']);
  });

  it('is separate for different arguments', async () => {
    const { things, upstream } = cachedThings();
    await things.like(aRequest(), 't1', 5);
    await things.like(aRequest(), 't1', 6);
    await things.like(aRequest(), 't2', 5);
    expect(upstream.calls).toHaveLength(3);
  });

  it('is not cached for a question without a declaration', async () => {
    const { things, upstream } = cachedThings();
    await things.unspoken(aRequest());
    await things.unspoken(aRequest());
    expect(upstream.calls).toEqual(['unspoken', 'unspoken']);
  });

  it('is separate for each caller with scope `caller`, and not cached for anonymous requests', async () => {
    const { things, upstream } = cachedThings();
    const load = async (id: string | undefined) => (await things.mine(aRequest(id)))[0]!.id;
    expect([await load('u1'), await load('u2'), await load('u1')]).toEqual(['of u1', 'of u2', 'of u1']);
    expect(upstream.calls).toEqual(['mine for u1', 'mine for u2']);
    await things.mine(aRequest(''));
    await things.mine(aRequest(''));
    expect(upstream.calls).toHaveLength(4);
  });

  it('fetches only the missing ones of many things', async () => {
    const { things, upstream } = cachedThings();
    const known = Array.from({ length: 15 }, (_, i) => `t${i}`);
    const all = [...known, ...Array.from({ length: 5 }, (_, i) => `more${i}`)];
    await things.byIds(aRequest(), known);
    const answer = await things.byIds(aRequest(), all);
    expect(answer.map(({ id }) => id).toSorted()).toEqual(all.toSorted());
    expect(upstream.calls[1]).toBe('byIds more0,more1,more2,more3,more4 for u1');
  });

  it('is cached briefly when the thing does not exist', async () => {
    const { things, upstream } = cachedThings();
    const load = () => things.byIds(aRequest(), ['no1', 't1']);
    expect((await load()).map(({ id }) => id)).toEqual(['t1']);
    jest.advanceTimersByTime(4 * SECOND);
    await load();
    expect(upstream.calls).toHaveLength(1);
    jest.advanceTimersByTime(2 * SECOND);
    await load();
    expect(upstream.calls[1]).toBe('byIds no1 for u1');
    for (let i = 0; i < 2; i += 1) {
      await expect(things.like(aRequest(), 'none', 1)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    expect(upstream.calls).toHaveLength(3);
  });

  it('is never an error', async () => {
    const { things, upstream } = cachedThings();
    upstream.failure = down();
    await expect(things.like(aRequest(), 't1', 5)).rejects.toThrow();
    upstream.failure = undefined;
    expect(await things.like(aRequest(), 't1', 5)).toHaveLength(1);
  });

  it('is used stale at once, and refreshed once in the background', async () => {
    const { things, upstream } = cachedThings();
    const [old] = await things.like(aRequest(), 't1', 5);
    jest.advanceTimersByTime(15 * SECOND);
    const gate = Promise.withResolvers<void>();
    upstream.gate = gate.promise;
    const answers = await Promise.all(Array.from({ length: 100 }, () => things.like(aRequest(), 't1', 5)));
    expect(new Set(answers.map(([one]) => one))).toEqual(new Set([old]));
    expect(upstream.calls).toHaveLength(2);
    gate.resolve();
    await settled();
    expect((await things.like(aRequest(), 't1', 5))[0]!.answer).toBe(2);
  });

  it('makes one upstream call for a thousand requests for an expired entry', async () => {
    const { things, upstream } = cachedThings();
    await things.byIds(aRequest(), ['t1']);
    jest.advanceTimersByTime(60 * SECOND);
    const load = () => things.byIds(aRequest(), ['t1']);
    const answers = await Promise.all(Array.from({ length: 1_000 }, load));
    expect(new Set(answers.map(([one]) => one!.answer))).toEqual(new Set([2]));
    expect(upstream.calls).toHaveLength(2);
  });

  it('joins a request to a call in flight for the same thing', async () => {
    const { things, upstream } = cachedThings();
    const answers = await Promise.all([
      things.byIds(aRequest(), ['t1', 't2']),
      things.byIds(aRequest(), ['t2', 't3']),
    ]);
    expect(answers.map((answer) => answer.map(({ id }) => id))).toEqual([
      ['t1', 't2'],
      ['t2', 't3'],
    ]);
    expect(upstream.calls).toEqual(['byIds t1,t2 for u1', 'byIds t3 for u1']);
  });

  it('continues a call for the others when the first client has left', async () => {
    const { things, upstream } = cachedThings();
    const gate = Promise.withResolvers<void>();
    upstream.gate = gate.promise;
    const first = aRequest();
    const [left, stays] = [things.like(first, 't1', 5), things.like(aRequest(), 't1', 5)];
    first.end();
    await expect(left).rejects.toThrow();
    gate.resolve();
    expect(await stays).toHaveLength(1);
    expect(upstream.calls).toHaveLength(1);
  });

  it('is invalidated by its tags, and by a write that succeeds or fails', async () => {
    const { things, upstream, store } = cachedThings();
    const load = () => things.byIds(aRequest(), ['t1', 't2']);
    await load();
    await things.change(aRequest(), 't1');
    await load();
    expect(upstream.calls.at(-1)).toBe('byIds t1 for u1');
    upstream.failure = down();
    await expect(things.change(aRequest(), 't2')).rejects.toThrow();
    upstream.failure = undefined;
    await load();
    expect(upstream.calls.at(-1)).toBe('byIds t2 for u1');
    await store.invalidate(['things']);
    await load();
    expect(upstream.calls.at(-1)).toBe('byIds t1,t2 for u1');
  });

  it('is not stored if it was requested before it was invalidated', async () => {
    const { things, upstream, store } = cachedThings();
    const gate = Promise.withResolvers<void>();
    upstream.gate = gate.promise;
    const pending = things.byIds(aRequest(), ['t1']);
    await store.invalidate(['thing:t1']);
    gate.resolve();
    await pending;
    await things.byIds(aRequest(), ['t1']);
    expect(upstream.calls).toHaveLength(2);
  });

  it('is not used by a context that bypasses the cache, which refreshes it for all', async () => {
    const { things, upstream } = cachedThings();
    await things.like(aRequest(), 't1', 5);
    const context = aRequest();
    context.noCache = true;
    expect((await things.like(context, 't1', 5))[0]!.answer).toBe(2);
    expect((await things.like(aRequest(), 't1', 5))[0]!.answer).toBe(2);
    upstream.failure = down();
    await expect(things.like(context, 't1', 5)).rejects.toThrow();
  });

  it('notes on the request which public tags a write invalidated', async () => {
    const { things, upstream } = cachedThings();
    const context = aRequest();
    expect(context.invalidatedTags).toBeUndefined();
    await things.change(context, 't1');
    upstream.failure = new GatewayError('UPSTREAM_TIMEOUT');
    await expect(things.change(context, 't2')).rejects.toThrow();
    await expect(things.changeMine(context)).rejects.toThrow();
    expect([...context.invalidatedTags!]).toEqual(['thing:t1', 'thing:t2']);
  });

  it('cannot be changed by a request that reads it', async () => {
    const { things } = cachedThings();
    const first = await things.like(aRequest(), 't1', 5);
    Object.assign(first.pop()!, { id: 'other' });
    const answer = await things.like(aRequest(), 't1', 5);
    expect(answer).toHaveLength(first.length + 1);
    expect(answer.map(({ id }) => id)).not.toContain('other');
    expect(() => answer.pop()).toThrow(TypeError);
    expect(() => Object.assign(answer[0]!, { id: 'other' })).toThrow(TypeError);
  });

  it('cannot be changed by requests that shared one call', async () => {
    const { things } = cachedThings();
    const [first, second] = await Promise.all([
      things.like(aRequest(), 't1', 5),
      things.like(aRequest(), 't1', 5),
    ]);
    expect(second).toBe(first);
    expect(() => second.pop()).toThrow(TypeError);
  });

  it('has its lifetime shortened by up to 10 %, so that entries do not all expire at once', async () => {
    const { things, upstream } = cachedThings(new Cache(1_000_000, () => 1), { staleWhileRevalidate: 0 });
    await things.like(aRequest(), 't1', 5);
    jest.advanceTimersByTime(9.1 * SECOND);
    await things.like(aRequest(), 't1', 5);
    expect(upstream.calls).toHaveLength(2);
  });

  it('notes for HTTP caches the earliest expiry, the scope and the tags', async () => {
    const { things } = cachedThings();
    await things.byIds(aRequest(), ['t1']);
    jest.advanceTimersByTime(4 * SECOND);
    const context = aRequest();
    await things.byIds(context, ['t1', 't2']);
    const freshness = freshnessOf(context)!;
    expect(freshness).toMatchObject({
      isPrivate: false,
      hits: 1,
      misses: 1,
      lifetimeMs: 10_000,
      ageMs: 4_000,
      freshMs: 6_000,
      hasStaleIfError: false,
    });
    expect([...freshness.tags].toSorted()).toEqual(['thing:t1', 'thing:t2', 'things']);
    const beside = aRequest();
    await things.like(beside, 'none', 5).catch(() => undefined);
    await things.byIds(beside, ['t1']);
    expect(freshnessOf(beside)).toMatchObject({ lifetimeMs: 5_000, ageMs: 0, freshMs: 5_000 });
    await things.mine(context);
    expect(freshnessOf(context)!.isPrivate).toBe(true);
    const other = aRequest();
    await things.unspoken(other);
    expect(freshnessOf(other)!.isPrivate).toBe(true);
  });
});
