import { loadConfig } from '#gateway/config/config';
import { aContext } from '#libs/testing';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { LimitStoreMemory } from './limit-store.memory.ts';
import { Limiter, rateHeaders, refusalOf } from './limiter.ts';
import { costOf, type Reservation } from './reservation.ts';

describe('the limiter', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  const limiter = (environment = {}) =>
    new Limiter(
      loadConfig({
        RATE_LIMIT_ANONYMOUS: '10/60',
        RATE_LIMIT_CUSTOMER: '20/60',
        RATE_LIMIT_SEARCH: '3/60',
        ...environment,
      }),
      new LimitStoreMemory(),
    );

  it('selects policies by kind of caller, and the named ones of a handler', () => {
    const names = (limits: object) => {
      const { forCaller, forPartner, forAnybody } = limiter().plan(limits);
      return [forCaller, forPartner, forAnybody].map((all) => all.map(({ name }) => name));
    };
    expect(names({})).toEqual([['customer'], ['partner'], ['anonymous']]);
    expect(names({ by: ['search'] })).toEqual([
      ['customer', 'search'],
      ['partner', 'search'],
      ['anonymous', 'search'],
    ]);
  });

  it('sends all policies as one structured field', () => {
    const one = limiter();
    const reserved = one.take(aContext(), one.policies.slice(1, 2), 4) as Reservation[];
    expect(rateHeaders(reserved)).toEqual({
      'ratelimit-policy': '"customer";q=20;w=60',
      ratelimit: '"customer";r=16;t=12',
    });
    expect(refusalOf(reserved)).toBeUndefined();
  });

  it('notes on the context what a request has taken, and sets the headers of its answer', () => {
    const one = limiter();
    const plan = { ...one.plan({}), cost: 12 };
    const send = () => {
      const [context, sent] = [aContext(), {}];
      void one.reserve(context, plan, { headers: (values) => Object.assign(sent, values) });
      return { cost: costOf(context), ...sent };
    };
    expect(send()).toMatchObject({ cost: 12, ratelimit: '"customer";r=8;t=36' });
    expect(send).toThrow(expect.objectContaining({ code: 'RATE_LIMITED' }));
  });

  it('says that a cost above the limit never passes, and not when to try again', () => {
    const one = limiter();
    const { forAnybody } = one.plan({ by: ['search'] });
    const take = (cost: number) =>
      one.take(aContext({ caller: { scopes: [] } }), forAnybody, cost) as Reservation[];
    for (const cost of [4, 11]) {
      const refusal = refusalOf(take(cost))!;
      const [of, never] = cost > 10 ? ['anonymous: 10', 'without a login'] : ['search: 3', 'later either'];
      expect([refusal.code, refusal.detail]).toEqual([
        'RATE_LIMITED',
        `The request costs ${cost}, more than may be spent at once (${of}): it cannot pass ${never}.`,
      ]);
      expect(Object.keys(refusal.headers)).toEqual(['ratelimit-policy', 'ratelimit']);
    }
    expect(refusalOf(take(3))).toBeUndefined();
    expect(refusalOf(take(1))!.headers['retry-after']).toBeDefined();
  });

  it('counts and takes nothing for a policy if another refuses', () => {
    const one = limiter();
    const { forAnybody } = one.plan({ by: ['search'] });
    const send = () => one.take(aContext({ caller: { scopes: [] } }), forAnybody, 1) as Reservation[];
    for (let i = 0; i < 8; i += 1) send();
    const reserved = send();
    expect(rateHeaders(reserved)['ratelimit']).toBe('"anonymous";r=7;t=18, "search";r=0;t=60');
    expect(refusalOf(reserved)).toMatchObject({ code: 'RATE_LIMITED', limit: { policy: 'search' } });
    expect(one.counts.get('anonymous')).toMatchObject({ accepted: 3, limited: 0, cost: 3 });
    expect(one.counts.get('search')).toMatchObject({ accepted: 3, limited: 6, cost: 3 });
  });

  it('refuses with Retry-After and jitter', () => {
    const one = limiter();
    const policies = one.policies.slice(1, 2);
    void one.take(aContext(), policies, 20);
    const waits = Array.from({ length: 50 }, () => {
      const refusal = refusalOf(one.take(aContext(), policies, 20) as Reservation[])!;
      expect(refusal).toMatchObject({ code: 'RATE_LIMITED', status: 429 });
      return Number(refusal.headers['retry-after']);
    });
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(60);
    expect(Math.max(...waits)).toBeLessThanOrEqual(73);
    expect(new Set(waits).size).toBeGreaterThan(3);
  });

  it('counts accepted and refused requests, their cost, and the cost given back', () => {
    const one = limiter();
    const policies = one.policies.slice(1, 2);
    const reserved = one.take(aContext(), policies, 15) as Reservation[];
    void one.take(aContext(), policies, 15);
    one.settle({ reserved, minCost: undefined, settledCost: undefined }, 5);
    expect(one.counts.get('customer')).toEqual({ accepted: 1, limited: 1, cost: 15, refunded: 10 });
    one.settle(
      { reserved: one.take(aContext(), policies, 2) as Reservation[], minCost: undefined, settledCost: undefined },
      9,
    );
    expect(one.counts.get('customer')).toEqual({ accepted: 2, limited: 1, cost: 24, refunded: 10 });
  });
});
