import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { anonymous, ChildContext, Context } from '#libs/upstream';

const log = { requestId: 'r-1' };
const ada = { id: 'u1', scopes: ['orders:read'] };

describe('the context of a request', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('says how long there is, never less than nothing', () => {
    const context = new Context({ log, timeoutMs: 100 });
    expect(context.remainingMs).toBe(100);
    jest.advanceTimersByTime(60);
    expect(context.remainingMs).toBe(40);
    jest.advanceTimersByTime(60);
    expect(context.remainingMs).toBe(0);
  });

  it('is of nobody until the edge knows who asks', () => {
    expect(new Context({ log, timeoutMs: 1 }).caller).toBe(anonymous);
    expect(new Context({ log, timeoutMs: 1, caller: ada }).caller).toBe(ada);
  });

  it('aborts its signal when the time is up, not before, with the error to answer with', () => {
    const { signal } = new Context({ log, timeoutMs: 100 });
    jest.advanceTimersByTime(99);
    expect(signal.aborted).toBe(false);
    jest.advanceTimersByTime(1);
    expect(signal.aborted).toBe(true);
    expect(signal.reason).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
  });

  it('counts the time from when the request came, not from when the signal was first asked for', () => {
    const context = new Context({ log, timeoutMs: 100 });
    jest.advanceTimersByTime(70);
    const { signal } = context;
    jest.advanceTimersByTime(30);
    expect(signal.aborted).toBe(true);
  });

  it('has one signal and one timer, however often it is asked, and none if it is not', () => {
    const context = new Context({ log, timeoutMs: 100 });
    expect(jest.getTimerCount()).toBe(0);
    expect(context.signal).toBe(context.signal);
    expect(jest.getTimerCount()).toBe(1);
  });

  it('ends: the signal aborts, those who listen are told, and the timer is gone', () => {
    const context = new Context({ log, timeoutMs: 100 });
    const { signal } = context;
    const listener = jest.fn();
    context.onEnd(listener);
    context.end('client');
    expect([signal.aborted, context.endedBy, listener.mock.calls.length]).toEqual([true, 'client', 1]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('tells at once who listens after the end, and never who has stopped listening', () => {
    const context = new Context({ log, timeoutMs: 100 });
    const [left, late] = [jest.fn(), jest.fn()];
    context.onEnd(left)();
    context.end();
    context.onEnd(late);
    expect([left.mock.calls.length, late.mock.calls.length]).toEqual([0, 1]);
  });

  it('stops its clock when all has been answered', () => {
    const context = new Context({ log, timeoutMs: 100 });
    const { signal } = context;
    context.settle();
    expect([jest.getTimerCount(), signal.aborted]).toEqual([0, false]);
  });

  it('ends because the client has gone, where nothing else is said', () => {
    const context = new Context({ log, timeoutMs: 100 });
    context.end();
    expect(context.signal.reason).toMatchObject({
      code: 'UPSTREAM_TIMEOUT',
      detail: expect.stringContaining('client did not wait'),
    });
  });

  it('gives a signal that has aborted, and no timer, to who asks for it after the end', () => {
    const context = new Context({ log, timeoutMs: 100 });
    context.end();
    expect(context.signal.aborted).toBe(true);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('ends once: the first reason counts', () => {
    const context = new Context({ log, timeoutMs: 100 });
    const { signal } = context;
    jest.advanceTimersByTime(100);
    context.end('client');
    expect([context.endedBy, signal.reason.detail]).toEqual(['deadline', undefined]);
  });
});

describe('the detached context of a request', () => {
  const trace = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', tracestate: 'a=1' };
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('is the same request of the same caller', () => {
    const { caller, ...rest } = new Context({ log, trace, caller: ada, timeoutMs: 10 }).detached(20);
    expect(caller).toBe(ada);
    expect(rest).toMatchObject({ log, trace });
  });

  it('lives on after the client has gone, under a deadline of its own', () => {
    const context = new Context({ log, timeoutMs: 10 });
    jest.advanceTimersByTime(9);
    const detached = context.detached(50);
    const { signal } = detached;
    context.end();
    jest.advanceTimersByTime(49);
    expect([signal.aborted, detached.remainingMs]).toEqual([false, 1]);
    jest.advanceTimersByTime(1);
    expect([signal.aborted, detached.remainingMs]).toEqual([true, 0]);
  });

  it('does not end the request it came from', () => {
    const context = new Context({ log, timeoutMs: 10 });
    context.detached(50).end();
    expect(context.signal.aborted).toBe(false);
  });

  it('notes what its writes invalidated on the request, as does a child of it', () => {
    const context = new Context({ log, timeoutMs: 100 });
    const detached = context.detached(50);
    new ChildContext(detached).noteInvalidated(['a']);
    new ChildContext(context).detached(50).noteInvalidated(['a', 'b']);
    expect([...context.invalidatedTags!]).toEqual(['a', 'b']);
    expect(new Context({ log, timeoutMs: 100 }).invalidatedTags).toBeUndefined();
  });
});
