import { GatewayError } from '#libs/errors';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { coalesce } from './coalesce.ts';
import { Attempt } from './attempt.ts';
import { Context, type TryRecord } from './context.ts';
import { anUpstream } from './policies/upstream.fixture.ts';

const aRequest = (id = 'u1', timeoutMs = 1_000) =>
  new Context({ log: { requestId: 'r-1' }, caller: { id, scopes: [] }, timeoutMs });

describe('identical calls in flight', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  /** A call that is answered when the test says so. */
  function shared({ isSafe = true, scope = 'caller' as 'caller' | 'public' } = {}) {
    const upstream = anUpstream({ timeoutMs: 500 });
    const flights: { context: Context; resolve: (answer: string) => void; reject: (error: unknown) => void }[] =
      [];
    const call = coalesce(
      (context: Context, _question: object) =>
        new Promise<string>((resolve, reject) => void flights.push({ context, resolve, reject })),
      { isSafe, scope, method: 'ListOrders' },
      upstream,
    );
    return { call, flights, upstream };
  }

  it('are one call with one answer', async () => {
    const { call, flights } = shared();
    const answers = [call(aRequest(), { ids: ['p1'] }), call(aRequest(), { ids: ['p1'] })];
    expect(flights).toHaveLength(1);
    flights[0]!.resolve('answer');
    expect(await Promise.all(answers)).toEqual(['answer', 'answer']);
  });

  it('are not those of another question, of another caller, or with an effect', () => {
    const { call, flights } = shared();
    void call(aRequest(), { ids: ['p1'] });
    void call(aRequest(), { ids: ['p2'] });
    void call(aRequest('u2'), { ids: ['p1'] });
    const scoped = aRequest();
    scoped.caller = { id: 'u1', scopes: ['admin'] };
    void call(scoped, { ids: ['p1'] });
    expect(flights).toHaveLength(4);
    const writes = shared({ isSafe: false });
    void writes.call(aRequest(), {});
    void writes.call(aRequest(), {});
    expect(writes.flights).toHaveLength(2);
  });

  it('are those of all callers where the answer does not depend on the caller', () => {
    const { call, flights } = shared({ scope: 'public' });
    void call(aRequest('u1'), {});
    void call(aRequest('u2'), {});
    expect(flights).toHaveLength(1);
  });

  it('fail together', async () => {
    const { call, flights } = shared();
    const answers = [call(aRequest(), {}), call(aRequest(), {})];
    flights[0]!.reject(new GatewayError('UPSTREAM_UNAVAILABLE'));
    expect((await Promise.allSettled(answers)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('are not joined once they have been answered', async () => {
    const { call, flights } = shared();
    const first = call(aRequest(), {});
    flights[0]!.resolve('first');
    await first;
    void call(aRequest(), {});
    expect(flights).toHaveLength(2);
  });

  it('go on while anybody waits, and end when nobody does', async () => {
    const { call, flights } = shared();
    const [one, other] = [aRequest(), aRequest()];
    const answers = [call(one, {}), call(other, {})];
    one.end();
    await expect(answers[0]).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(flights[0]!.context.endedBy).toBeUndefined();
    other.end();
    jest.advanceTimersByTime(0);
    await expect(answers[1]).rejects.toThrow();
    expect(flights[0]!.context.endedBy).toBe('client');
  });

  it('hold nobody longer than their own request allows', async () => {
    const { call } = shared();
    void call(aRequest('u1', 1_000), {}).catch(() => undefined);
    const hurried = expect(call(aRequest('u1', 20), {})).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    jest.advanceTimersByTime(20);
    await hurried;
  });

  it('are not joined while the breaker is open: a probe may take its whole time', () => {
    const { call, flights, upstream } = shared();
    const breaker = upstream.breaker('ListOrders');
    void call(aRequest(), {});
    breaker.done('failure', 1, breaker.enter()!, 10);
    void call(aRequest(), {});
    expect([breaker.state, flights.length]).toEqual(['OPEN', 2]);
  });

  it('are not begun for a request that has ended', async () => {
    const { call, flights } = shared();
    const context = aRequest();
    context.end();
    await expect(call(context, {})).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(flights).toEqual([]);
  });

  it('are not joined once nobody waited for them any more', () => {
    const { call, flights } = shared();
    const context = aRequest();
    call(context, {}).catch(() => undefined);
    context.end();
    void call(aRequest(), {});
    expect(flights).toHaveLength(2);
  });

  it('are joined where they have the most time, also after one with less has failed', async () => {
    const { call, flights } = shared();
    const hurried = call(aRequest('u1', 50), {});
    void call(aRequest(), {});
    flights[0]!.reject(new GatewayError('UPSTREAM_TIMEOUT'));
    await expect(hurried).rejects.toThrow();
    void call(aRequest(), {});
    expect(flights).toHaveLength(2);
  });

  it('are as urgent as the first of them', () => {
    const { call, flights } = shared();
    const context = aRequest();
    context.priority = 2;
    void call(context, {});
    expect(flights[0]!.context.priority).toBe(2);
  });

  it('tell every request of their tries', async () => {
    const { call, flights } = shared();
    const requests = [aRequest(), aRequest()];
    const answers = requests.map((request) => call(request, {}));
    flights[0]!.context.tries.push({ outcome: 'OK' } as TryRecord);
    flights[0]!.resolve('answer');
    await Promise.all(answers);
    expect(requests.map(({ tries }) => tries)).toEqual([[{ outcome: 'OK' }], [{ outcome: 'OK' }]]);
  });

  it('leave nothing behind at the requests they were for', async () => {
    const { call, flights } = shared();
    const request = aRequest();
    const answer = call(request, {});
    flights[0]!.resolve('answer');
    await answer;
    request.end();
    expect([flights[0]!.context.endedBy, jest.getTimerCount()]).toEqual([undefined, 0]);
  });

  it('weigh as much as there are who wait', () => {
    const { call, flights } = shared();
    for (let i = 0; i < 5; i += 1) call(aRequest(), {}).catch(() => undefined);
    expect(flights[0]!.context.weight).toBe(5);
    expect(new Attempt(flights[0]!.context, 1).weight).toBe(5);
  });

  it('are not joined by who has more time than the call in flight', () => {
    const { call, flights } = shared();
    call(aRequest('u1', 50), {}).catch(() => undefined);
    call(aRequest('u1', 1_000), {}).catch(() => undefined);
    expect(flights.map(({ context }) => context.remainingMs)).toEqual([50, 1_000]);
  });
});
