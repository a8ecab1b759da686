import { GatewayError } from '#libs/errors';
import { Attempt, type Context, type TryRecord } from '#libs/upstream';
import { describe, expect, it, jest } from '@jest/globals';
import { bulkhead } from './bulkhead.ts';
import { anInfo, anUpstream, aRequest, hanging } from './upstream.fixture.ts';
import { observe } from './observe.ts';

function watched(upstream = anUpstream()) {
  const records: [TryRecord, unknown][] = [];
  const contexts: Context[] = [];
  const policy = observe((record, error, context) => {
    records.push([record, error]);
    contexts.push(context);
  }, upstream);
  return { records, contexts, policy };
}

describe('the witness', () => {
  it('tells of a try that was answered: to the request, and to who watches', async () => {
    const { records, contexts, policy } = watched();
    const [request, info] = [aRequest(), anInfo()];
    const attempt = new Attempt(request, 2, true);
    const answer = await policy(async () => 'answer', info)(attempt, 'question');
    expect(answer).toBe('answer');
    expect(contexts).toEqual([attempt]);
    expect(records).toMatchObject([
      [
        { upstream: 'orders', method: 'ListOrders', number: 2, isHedge: true, outcome: 'OK', queueMs: 0 },
        undefined,
      ],
    ]);
    expect(request.tries).toEqual([records[0]![0]]);
  });

  it.each(['UPSTREAM_TIMEOUT', 'CIRCUIT_OPEN', 'NOT_FOUND'] as const)(
    'tells of one that failed: %s',
    async (code) => {
      const { records, policy } = watched();
      const error = new GatewayError(code);
      const failing = policy((attempt) => {
        attempt.limit(50);
        return Promise.reject(error);
      }, anInfo());
      await expect(failing(new Attempt(aRequest(), 1), 'question')).rejects.toBe(error);
      expect(records).toMatchObject([[{ outcome: code }, error]]);
    },
  );

  it.each(['client', 'rival'] as const)('calls a try that nobody waited for cancelled: %s', async (by) => {
    const { records, policy } = watched();
    const { call, started } = hanging();
    const pending = policy(call, anInfo())(new Attempt(aRequest(), 1), 'question');
    started[0]!.end(by);
    await expect(pending).rejects.toThrow();
    expect(records[0]![0].outcome).toBe('CANCELLED');
  });

  it.each([
    ['before the upstream had its time', 20, 'CANCELLED'],
    ['when the upstream had its time', 60_000, 'UPSTREAM_TIMEOUT'],
  ])('calls a try that the deadline of a client ended %s: %s', async (_, timeoutMs, outcome) => {
    jest.useFakeTimers();
    const { records, policy } = watched(anUpstream({ timeoutMs: 40 }));
    const { call } = hanging();
    const limited = policy((attempt: Attempt) => {
      attempt.limit(40);
      return call(attempt);
    }, anInfo());
    const rejected = expect(limited(new Attempt(aRequest(timeoutMs), 1), 'question')).rejects.toThrow(
      GatewayError,
    );
    await jest.advanceTimersByTimeAsync(40);
    await rejected;
    expect(records[0]![0].outcome).toBe(outcome);
    jest.useRealTimers();
  });

  it('settles the try: it has no timer any more, and does not end with its request', async () => {
    jest.useFakeTimers();
    const { policy } = watched();
    const request = aRequest();
    const attempt = new Attempt(request, 1);
    attempt.limit(50);
    const listening = async () => void attempt.onEnd(() => {});
    await policy(listening, anInfo())(attempt, 'question');
    request.end();
    expect([attempt.endedBy, jest.getTimerCount()]).toEqual([undefined, 0]);
    jest.useRealTimers();
  });

  it('remembers how long calls took that were answered, and those alone', async () => {
    const info = anInfo();
    const { policy } = watched();
    const answered = policy(async () => 'answer', info);
    const failed = policy(() => Promise.reject(new GatewayError('UPSTREAM_TIMEOUT')), info);
    for (let i = 0; i < 31; i += 1) await answered(new Attempt(aRequest(), 1), 'question');
    for (let i = 0; i < 31; i += 1) await failed(new Attempt(aRequest(), 1), 'question').catch(() => undefined);
    expect(info.latencies.p95).toBeUndefined();
    await answered(new Attempt(aRequest(), 1), 'question');
    expect(info.latencies.p95).toBeGreaterThanOrEqual(0);
  });

  it('does not count what a call waited here for a place', async () => {
    jest.useFakeTimers();
    const info = anInfo();
    const { policy } = watched();
    const places = anUpstream({ bulkhead: { maxInFlight: 1, maxQueued: 32 } });
    const tenMs = policy(
      bulkhead(places)(() => new Promise((resolve) => setTimeout(() => resolve('answer'), 10)), info),
      info,
    );
    const calls = Array.from({ length: 32 }, () => tenMs(new Attempt(aRequest(), 1), 'question'));
    await jest.advanceTimersByTimeAsync(320);
    await Promise.all(calls);
    expect(info.latencies).toMatchObject({ p50: 10, p95: 10 });
    jest.useRealTimers();
  });
});
