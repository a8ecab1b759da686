import { GatewayError } from '#libs/errors';
import { Context } from '#libs/upstream';
import { describe, expect, it } from '@jest/globals';
import { type Degrade, gather, joined, optional, required } from '#libs/gather';

const down = new GatewayError('UPSTREAM_UNAVAILABLE');
const late = new GatewayError('UPSTREAM_TIMEOUT');
const context = () => new Context({ log: { requestId: 'r-1' }, timeoutMs: 1_000 });
const ok = () => optional(async () => 'here');

async function failing(error: unknown): Promise<never> {
  throw error;
}

describe('an answer composed of parts', () => {
  it('has all parts and an empty `degraded` if nothing fails', async () => {
    const answer = await gather(context(), {
      order: required(async () => ({ id: 'o1' })),
      related: optional(async () => ['p1']),
    });
    expect(answer).toEqual({ order: { id: 'o1' }, related: ['p1'], degraded: [] });
  });

  it('requests all parts concurrently', async () => {
    const calls: string[] = [];
    const gate = Promise.withResolvers<void>();
    const part = (name: string) => optional(async () => (calls.push(name), await gate.promise));
    const answer = gather(context(), { one: part('one'), two: part('two'), three: part('three') });
    expect(calls).toEqual(['one', 'two', 'three']);
    gate.resolve();
    await answer;
  });

  it('neither requests nor contains a part that was not selected', async () => {
    const answer = await gather(context(), { user: ok(), orders: false });
    expect(answer).toEqual({ user: 'here', degraded: [] });
    expect(answer).not.toHaveProperty('orders');
  });

  it('is empty if nothing was selected', async () => {
    expect(await gather(context(), { user: false })).toEqual({ degraded: [] });
  });

  it('keeps a part that is null or empty, without naming it in `degraded`', async () => {
    const answer = await gather(context(), {
      avatar: optional(async () => null),
      orders: optional(async () => []),
    });
    expect(answer).toEqual({ avatar: null, orders: [], degraded: [] });
  });
});

describe('an optional part', () => {
  it('that fails is null, and named in degraded with the reason', async () => {
    const answer = await gather(context(), { user: ok(), orders: optional(() => failing(late)) });
    expect(answer).toEqual({ user: 'here', orders: null, degraded: [{ part: 'orders', reason: 'TIMEOUT' }] });
  });

  it('that throws synchronously is missing like any other', async () => {
    const thrower = optional((): Promise<string> => {
      throw down;
    });
    expect(await gather(context(), { user: ok(), orders: thrower })).toMatchObject({ orders: null });
  });

  it('is noted on the root context, too', async () => {
    const request = context();
    request.degraded.push({ part: 'earlier', reason: 'STALE' });
    await gather(request, { user: ok(), orders: optional(() => failing(down)) });
    expect(request.degraded).toEqual([
      { part: 'earlier', reason: 'STALE' },
      { part: 'orders', reason: 'UNAVAILABLE' },
    ]);
  });

  it('is listed in the order of the answer, whichever failed first', async () => {
    const orders = Promise.withResolvers<never>();
    const answer = gather(context(), {
      orders: optional(() => orders.promise),
      products: optional(() => failing(late)),
      user: ok(),
    });
    await new Promise(setImmediate);
    orders.reject(down);
    expect((await answer).degraded.map(({ part }) => part)).toEqual(['orders', 'products']);
  });

  it('never hides an error without a degraded reason', async () => {
    const fault = new TypeError('x is not a function');
    await expect(gather(context(), { user: ok(), orders: optional(() => failing(fault)) })).rejects.toBe(fault);
  });
});

describe('a required part', () => {
  it('that fails rejects the answer, without noting other missing parts', async () => {
    const request = context();
    const gone = new GatewayError('NOT_FOUND');
    const parts = { product: required(() => failing(gone)), related: optional(() => failing(down)), user: ok() };
    await expect(gather(request, parts)).rejects.toBe(gone);
    expect(request.degraded).toEqual([]);
  });
});

describe('an answer whose parts all failed', () => {
  it('fails with the first failure', async () => {
    const first = Promise.withResolvers<never>();
    const answer = gather(context(), {
      orders: optional(() => first.promise),
      user: optional(() => failing(late)),
    });
    await new Promise(setImmediate);
    first.reject(down);
    await expect(answer).rejects.toBe(late);
  });

  it('fails also if only one part was selected', async () => {
    await expect(gather(context(), { user: optional(() => failing(down)), orders: false })).rejects.toBe(down);
  });
});

describe('a part within a part', () => {
  const lines = (isRequired: typeof required | typeof optional, error: unknown) =>
    isRequired(async (_: Context, degrade: Degrade) => {
      degrade('lines.product', error);
      return ['line'];
    });

  it.each([
    ['optional', optional],
    ['required', required],
  ])('that failed is listed by its path, and the %s part around it stays', async (_, isRequired) => {
    const request = context();
    const answer = await gather(request, { recentOrders: lines(isRequired, late) });
    expect(answer).toEqual({
      recentOrders: ['line'],
      degraded: [{ part: 'recentOrders.lines.product', reason: 'TIMEOUT' }],
    });
    expect(request.degraded).toEqual(answer.degraded);
  });

  it('never hides an internal error', async () => {
    const fault = new TypeError('broken');
    await expect(gather(context(), { recentOrders: lines(optional, fault), user: ok() })).rejects.toBe(fault);
  });

  it('is not listed if the part around it is missing anyway', async () => {
    const orders = optional(async (_: Context, degrade: Degrade) => {
      degrade('lines.product', late);
      throw down;
    });
    const { degraded } = await gather(context(), { orders, user: ok() });
    expect(degraded).toEqual([{ part: 'orders', reason: 'UNAVAILABLE' }]);
  });
});

describe('a stale part', () => {
  /** A part that returns a copy, so that only the context records that it is stale. */
  const stale = (ageMs: number) => async (its: Context) => (its.noteStale(ageMs), { copied: true });

  it('is listed with the age of its oldest answer', async () => {
    const request = context();
    const { degraded } = await gather(request, {
      order: required(async (its) => (its.noteStale(2_000), await stale(61_999)(its))),
      related: optional(stale(3_000)),
      user: ok(),
    });
    expect(degraded).toEqual([
      { part: 'order', reason: 'STALE', ageSeconds: 61 },
      { part: 'related', reason: 'STALE', ageSeconds: 3 },
    ]);
    expect(request.degraded).toEqual(degraded);
    expect(request.staleAgeSeconds).toBeUndefined();
  });

  it('is listed as missing only, if it fails later', async () => {
    const orders = optional(async (its: Context) => {
      its.noteStale(1_000);
      throw down;
    });
    const { degraded } = await gather(context(), { orders, user: ok() });
    expect(degraded).toEqual([{ part: 'orders', reason: 'UNAVAILABLE' }]);
  });

  it.each([
    ['the whole part', 9_000, undefined, [{ part: 'order', reason: 'STALE', ageSeconds: 9 }]],
    ['a join of it', undefined, 4_000, [{ part: 'order.lines.product', reason: 'STALE', ageSeconds: 4 }]],
    [
      'both',
      9_000,
      4_000,
      [
        { part: 'order', reason: 'STALE', ageSeconds: 9 },
        { part: 'order.lines.product', reason: 'STALE', ageSeconds: 4 },
      ],
    ],
  ])('is distinguished from a stale join: %s', async (_, whole, itsJoin, degraded) => {
    const note = (its: Context, ageMs: number | undefined) => ageMs !== undefined && its.noteStale(ageMs);
    const order = required(async (its) => {
      note(its, whole);
      return joined(its, 'lines.product', async (join) => note(join, itsJoin));
    });
    expect((await gather(context(), { order })).degraded).toEqual(degraded);
  });

  it('is listed by its path if answers are nested', async () => {
    const request = context();
    const page = required((its) => gather(its, { one: optional(stale(2_000)), two: ok() }));
    const answer = await gather(request, { page });
    expect(answer.page.degraded).toEqual([{ part: 'one', reason: 'STALE', ageSeconds: 2 }]);
    expect(answer.degraded).toEqual([{ part: 'page.one', reason: 'STALE', ageSeconds: 2 }]);
    expect(request.degraded).toEqual(answer.degraded);
  });
});

describe('a join', () => {
  it('is undefined if it fails, and listed by its path', async () => {
    const order = required((its) => joined(its, 'lines.product', () => failing(late)));
    const answer = await gather(context(), { order });
    expect(answer).toEqual({ order: undefined, degraded: [{ part: 'order.lines.product', reason: 'TIMEOUT' }] });
  });

  it('never hides an internal error', async () => {
    const fault = new TypeError('broken');
    const order = required((its) => joined(its, 'lines.product', () => failing(fault)));
    await expect(gather(context(), { order })).rejects.toBe(fault);
  });
});
