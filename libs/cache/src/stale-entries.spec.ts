import { GatewayError } from '#libs/errors';
import type { Context } from '#libs/upstream';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Cache } from './cache.ts';
import { aRequest, cachedThings, type Things } from './port.fixture.ts';

const SECOND = 1_000;
/** What is waited for answers that take no time: the least, and a turn of the event loop, in milliseconds. */
const SOFT_MS = 9;

/** Things that have been requested once each, and have expired since; the upstream hangs from now on. */
async function hungThings(...ids: string[]) {
  const store = new Cache(1_000_000, () => 0);
  const shop = cachedThings(store);
  for (const id of ids) await shop.things.byIds(aRequest(), [id]);
  jest.advanceTimersByTime(50 * SECOND);
  const gate = Promise.withResolvers<void>();
  shop.upstream.gate = gate.promise;
  const before = shop.upstream.calls.length;
  return { ...shop, store, goOn: () => gate.resolve(), calls: () => shop.upstream.calls.length - before };
}

/** Requests things. @returns after how many milliseconds, and how old what was answered is */
function request(things: Things, ids: string[], context: Context = aRequest()) {
  const startedAt = performance.now();
  return things.byIds(context, ids).then(
    () => ({ afterMs: performance.now() - startedAt, age: context.staleAgeSeconds }),
    (error: GatewayError) => ({ afterMs: performance.now() - startedAt, failed: error.code }),
  );
}

/** How a question is counted. */
const countsOf = (store: Cache, name = 'byIds') => store.declared.find(({ question }) => question === name)!.stats;

describe('a stale answer, while the upstream is slower than usual', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('is used after the soft timeout, with its age, while the call goes on to refresh it', async () => {
    const { things, store, upstream, goOn, calls } = await hungThings('t1');
    const answer = request(things, ['t1']);
    await jest.advanceTimersByTimeAsync(SOFT_MS);
    expect(await answer).toEqual({ afterMs: SOFT_MS, age: 50 });
    expect(countsOf(store)).toMatchObject({ staleOnTimeout: 1, staleOnError: 0 });
    goOn();
    await jest.advanceTimersByTimeAsync(0);
    expect(await request(things, ['t1'])).toEqual({ afterMs: 0, age: undefined });
    expect([calls(), upstream.contexts.at(-1)!.endedBy]).toEqual([1, undefined]);
  });

  it('is used at once by later requests, without another call', async () => {
    const { things, calls } = await hungThings('t1');
    const first = Array.from({ length: 5 }, () => request(things, ['t1']));
    await jest.advanceTimersByTimeAsync(SOFT_MS);
    for (const answer of first) expect(await answer).toEqual({ afterMs: SOFT_MS, age: 50 });
    for (let i = 0; i < 20; i += 1) {
      expect(await request(things, ['t1'])).toMatchObject({ afterMs: 0, age: 50 });
      await jest.advanceTimersByTimeAsync(10);
    }
    expect(calls()).toBe(1);
  });

  it('leaves the call its own deadline, if its client has a short deadline or disconnects', async () => {
    const { things, upstream } = await hungThings('t1');
    const context = aRequest('u1', 100);
    const answer = request(things, ['t1'], context);
    await jest.advanceTimersByTimeAsync(SOFT_MS);
    expect(await answer).toMatchObject({ age: 50 });
    context.end('client');
    const call = upstream.contexts.at(-1)!;
    await jest.advanceTimersByTimeAsync(2_900);
    expect(call.endedBy).toBeUndefined();
    await jest.advanceTimersByTimeAsync(100);
    expect(call.endedBy).toBe('deadline');
  });

  it('is used by no client that disconnects before: the call is cancelled', async () => {
    const { things, upstream } = await hungThings('t1');
    const context = aRequest();
    const answer = request(things, ['t1'], context);
    await jest.advanceTimersByTimeAsync(SOFT_MS - 2);
    context.end('client');
    await jest.advanceTimersByTimeAsync(1);
    expect(await answer).toMatchObject({ failed: 'UPSTREAM_TIMEOUT' });
    expect(upstream.contexts.at(-1)!.endedBy).toBe('client');
  });

  it('is not used if the deadline is shorter than the soft timeout', async () => {
    const { things } = await hungThings('t1');
    const answer = request(things, ['t1'], aRequest('u1', SOFT_MS - 2));
    await jest.advanceTimersByTimeAsync(SOFT_MS);
    expect(await answer).toMatchObject({ failed: 'UPSTREAM_TIMEOUT' });
  });

  it('leaves at most 16 calls in flight without a waiting request; beyond them it is used without a call', async () => {
    const ids = Array.from({ length: 20 }, (_, i) => `t${i}`);
    const { things, upstream, goOn, calls } = await hungThings(...ids, 'late');
    const answers = ids.map((id) => request(things, [id]));
    await jest.advanceTimersByTimeAsync(SOFT_MS);
    expect(await Promise.all(answers)).toEqual(Array(20).fill({ afterMs: SOFT_MS, age: 50 }));
    const endings = upstream.contexts.slice(-20).map(({ endedBy }) => endedBy);
    expect(endings.filter((by) => by === undefined)).toHaveLength(16);
    expect(await request(things, ['late'])).toMatchObject({ afterMs: 0, age: 50 });
    expect(calls()).toBe(20);
    goOn();
    await jest.advanceTimersByTimeAsync(0);
    expect(await request(things, ['late'])).toEqual({ afterMs: 0, age: undefined });
    expect(calls()).toBe(21);
  });

  it('is used at once while calls fail, and a background call finds out whether the upstream is back', async () => {
    const { things, upstream, goOn, calls } = await hungThings('t1', 't2');
    upstream.gate = Promise.resolve();
    upstream.failure = new GatewayError('CIRCUIT_OPEN');
    expect(await request(things, ['t1'])).toMatchObject({ afterMs: 0, age: 50 });
    upstream.failure = undefined;
    const probe = Promise.withResolvers<void>();
    upstream.gate = probe.promise;
    expect(await request(things, ['t2'])).toMatchObject({ afterMs: 0, age: 50 });
    expect(calls()).toBe(2);
    probe.resolve();
    goOn();
    await jest.advanceTimersByTimeAsync(0);
    expect(await request(things, ['t2'])).toEqual({ afterMs: 0, age: undefined });
    const again = request(things, ['t1']);
    expect(await again).toEqual({ afterMs: 0, age: undefined });
  });

  it('is never used by a context that bypasses the cache, which waits until its deadline', async () => {
    const { things } = await hungThings('t1');
    const context = aRequest();
    context.noCache = true;
    const strict = request(things, ['t1'], context);
    const other = request(things, ['t1']);
    await jest.advanceTimersByTimeAsync(3_001);
    expect(await other).toEqual({ afterMs: SOFT_MS, age: 50 });
    expect(await strict).toMatchObject({ failed: 'UPSTREAM_TIMEOUT' });
  });

  it('is not used when one of the things requested together was never cached', async () => {
    const { things } = await hungThings('t1');
    const [both, alone] = [request(things, ['t1', 'new']), request(things, ['t1'])];
    await jest.advanceTimersByTimeAsync(3_001);
    expect(await alone).toEqual({ afterMs: SOFT_MS, age: 50 });
    expect(await both).toMatchObject({ failed: 'UPSTREAM_TIMEOUT' });
  });

  it('is not used beyond its total lifetime', async () => {
    const { things } = await hungThings('t1');
    jest.advanceTimersByTime(61 * SECOND);
    const answer = request(things, ['t1']);
    await jest.advanceTimersByTimeAsync(3_001);
    expect(await answer).toMatchObject({ failed: 'UPSTREAM_TIMEOUT' });
  });

  it('is used at once while its background refresh hangs', async () => {
    const { things, upstream, calls } = await hungThings();
    upstream.gate = Promise.resolve();
    await things.byIds(aRequest(), ['t1']);
    upstream.gate = new Promise(() => {});
    jest.advanceTimersByTime(29.5 * SECOND);
    expect(await request(things, ['t1'])).toEqual({ afterMs: 0, age: undefined });
    await jest.advanceTimersByTimeAsync(SECOND);
    expect(await request(things, ['t1'])).toEqual({ afterMs: 0, age: 30 });
    expect(calls()).toBe(2);
  });

  it('is not used while latencies are usual: each question makes one call', async () => {
    const { things, upstream, store } = cachedThings();
    const ids = ['t1', 't2', 't3'];
    const slow = (ms: number) =>
      Object.defineProperty(upstream, 'gate', {
        get: () => new Promise<void>((resolve) => void setTimeout(resolve, ms)),
      });
    slow(20);
    const round = async () => {
      const answers = ids.flatMap((id) => [request(things, [id]), request(things, [id])]);
      await jest.advanceTimersByTimeAsync(25);
      return Promise.all(answers);
    };
    for (let i = 0; i < 50; i += 1) {
      expect((await round()).filter((one) => 'age' in one && one.age !== undefined)).toEqual([]);
      jest.advanceTimersByTime(50 * SECOND);
    }
    expect(upstream.calls).toHaveLength(150);
    expect(countsOf(store)).toMatchObject({ misses: 150, staleOnTimeout: 0, staleOnError: 0 });
  });
});
