import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ChildContext, Context, PerContext } from '#libs/upstream';

const log = { requestId: 'r-1' };
const ada = { id: 'u1', scopes: ['orders:read'] };

describe('the context of a part of a request', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  const aRequest = () => new Context({ log, trace: { traceparent: '00-1-2-01' }, caller: ada, timeoutMs: 100 });

  it('is the same request: caller, deadline, urgency, tries', () => {
    const request = aRequest();
    request.priority = 2;
    request.noCache = true;
    jest.advanceTimersByTime(30);
    const child = new ChildContext(new ChildContext(request));
    for (const name of [
      ...(['log', 'trace', 'caller', 'client', 'startedAt', 'expiresAt'] as const),
      ...(['priority', 'noCache', 'tries', 'remainingMs', 'root', 'weight'] as const),
    ]) {
      expect([name, child[name]]).toEqual([name, request[name]]);
    }
    expect(child.root).toBe(request);
    expect(child.tries).toBe(request.tries);
  });

  it('ends with the request, with its reason, whenever that was', () => {
    const request = aRequest();
    const child = new ChildContext(request);
    const listener = jest.fn();
    child.onEnd(listener);
    request.end('client');
    expect([child.endedBy, child.signal.aborted, listener.mock.calls.length]).toEqual(['client', true, 1]);
    expect(child.reason).toEqual(request.reason);
    expect(new ChildContext(request).endedBy).toBe('client');
  });

  it('has no timer of its own, and stops listening with one', () => {
    const request = aRequest();
    const child = new ChildContext(request);
    const listener = jest.fn();
    child.onEnd(listener)();
    expect(jest.getTimerCount()).toBe(1);
    jest.advanceTimersByTime(100);
    expect([child.endedBy, listener.mock.calls.length]).toEqual(['deadline', 0]);
  });

  it('never ends alone: to settle it leaves the clock of the request running, to end it ends the request', () => {
    const request = aRequest();
    const child = new ChildContext(request);
    const { signal } = child;
    child.settle();
    expect(jest.getTimerCount()).toBe(1);
    child.end('client');
    expect([request.endedBy, signal.aborted]).toEqual(['client', true]);
  });

  it('shares what the request has one of', () => {
    const [one, other] = [aRequest(), aRequest()];
    const made = jest.fn((context: Context) => ({ context }));
    const counters = new PerContext(made);
    expect(counters.known(new ChildContext(one))).toBeUndefined();
    const its = counters.of(new ChildContext(one));
    expect(its.context).toBe(one);
    expect([counters.of(one), counters.of(new ChildContext(one))]).toEqual([its, its]);
    expect(counters.of(new ChildContext(other))).not.toBe(its);
    expect(made).toHaveBeenCalledTimes(2);
  });

  it('takes its whole request with it where nothing may be answered from memory', () => {
    const request = aRequest();
    const [child, other] = [new ChildContext(new ChildContext(request)), aRequest()];
    child.bypassCache();
    expect([request, child, new ChildContext(request), other].map(({ noCache }) => noCache)).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  it('has freshness and missing parts of its own', () => {
    const request = aRequest();
    const [one, other] = [new ChildContext(request), new ChildContext(request)];
    one.noteStale(5_900);
    one.noteStale(2_000);
    one.degraded.push({ part: 'lines', reason: 'TIMEOUT' });
    expect([request, one, other].map(({ staleAgeSeconds }) => staleAgeSeconds)).toEqual([undefined, 5, undefined]);
    expect([request, one, other].map(({ degraded }) => degraded.length)).toEqual([0, 1, 0]);
  });
});
