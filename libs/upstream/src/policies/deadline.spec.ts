import { GatewayError } from '#libs/errors';
import { Context } from '#libs/upstream';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { deadline } from './deadline.ts';

const info = { upstream: 'orders', method: 'ListOrders' };

describe('the deadline policy', () => {
  const upstream = jest.fn(async (_: Context, question: string) => `answer to ${question}`);
  const call = deadline(upstream, info);
  const context = () => new Context({ log: { requestId: 'r-1' }, timeoutMs: 100 });

  beforeEach(() => {
    upstream.mockClear();
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('lets a call go out while there is time', async () => {
    const given = context();
    jest.advanceTimersByTime(99);
    expect(await call(given, 'question')).toBe('answer to question');
    expect(upstream).toHaveBeenCalledWith(given, 'question');
  });

  it('does not start a call when the time is up', async () => {
    const given = context();
    jest.advanceTimersByTime(100);
    await expect(call(given, 'question')).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(upstream).not.toHaveBeenCalled();
  });

  it('does not start a call with less than the millisecond that can be passed on', async () => {
    const given = context();
    jest.advanceTimersByTime(99.5);
    await expect(call(given, 'question')).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(upstream).not.toHaveBeenCalled();
  });

  it('does not start a call for a request that has ended, and fails with its reason', async () => {
    const given = context();
    const reason = new GatewayError('OVERLOADED');
    given.end(reason);
    await expect(call(given, 'question')).rejects.toBe(reason);
    expect(upstream).not.toHaveBeenCalled();
  });
});
