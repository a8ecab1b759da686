import { GatewayError } from '#libs/errors';
import { Attempt, type Context, Latencies, type Upstream } from '#libs/upstream';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { breaker } from './breaker.ts';
import { anInfo, anUpstream, aRequest } from './upstream.fixture.ts';

/** What a call usually takes here, in milliseconds. */
const USUAL_MS = 10;

/** A service that answers when the test says so. */
class Service {
  readonly calls: { answer(): void; fail(): void }[] = [];

  call = (attempt: Attempt): Promise<string> => {
    attempt.limit(1_500);
    return new Promise((resolve, reject) =>
      this.calls.push({
        answer: () => resolve('answer'),
        fail: () => reject(new GatewayError('UPSTREAM_UNAVAILABLE')),
      }),
    );
  };
}

/** Lets promises go on. */
const settled = () => jest.advanceTimersByTimeAsync(0);

describe('calls that arrive while a breaker probes', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  let upstream: Upstream;
  let service: Service;
  let attempts: Attempt[];
  let outcomes: string[];
  let send: (context?: Context) => void;

  /** A method whose breaker has opened, and is due to probe. */
  beforeEach(() => {
    upstream = anUpstream({ bulkhead: { maxQueued: 20 } });
    service = new Service();
    const latencies = new Latencies();
    for (let i = 0; i < 32; i += 1) latencies.add(USUAL_MS);
    const call = breaker(upstream)(service.call, anInfo({ latencies }));
    [attempts, outcomes] = [[], []];
    send = (context = aRequest()) => {
      const attempt = new Attempt(context, 1);
      attempts.push(attempt);
      call(attempt, 'q').then(
        (answer) => outcomes.push(answer),
        (error: GatewayError) => outcomes.push(error.code),
      );
    };
    const circuit = upstream.breaker('ListOrders');
    circuit.done('failure', 5, circuit.enter()!, 10);
    jest.advanceTimersByTime(upstream.settings.breaker.openMs);
  });

  const sendMany = (times: number) => {
    for (let i = 0; i < times; i += 1) send();
  };

  it('are all answered if it is, as many at a time as its slow start lets through', async () => {
    sendMany(10);
    const atOnce: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      await settled();
      const next = service.calls.slice(atOnce.reduce((sum, count) => sum + count, 0));
      atOnce.push(next.length);
      await jest.advanceTimersByTimeAsync(5);
      for (const one of next) one.answer();
    }
    await settled();
    expect(outcomes).toEqual(Array(10).fill('answer'));
    expect(atOnce).toEqual([1, 2, 3, 4]);
    expect(attempts.map(({ record, isQueued }) => [record.queueMs, isQueued])).toEqual(
      [0, 5, 5, 10, 10, 10, 15, 15, 15, 15].map((ms) => [ms, false]),
    );
  });

  it('are refused as soon as it fails', async () => {
    sendMany(10);
    await jest.advanceTimersByTimeAsync(3);
    expect(outcomes).toEqual([]);
    service.calls[0]!.fail();
    await settled();
    expect(outcomes.toSorted()).toEqual([...Array(9).fill('CIRCUIT_OPEN'), 'UPSTREAM_UNAVAILABLE']);
    expect(service.calls).toHaveLength(1);
  });

  it('wait no longer than twice what a call usually takes, and later ones not at all', async () => {
    sendMany(2);
    await jest.advanceTimersByTimeAsync(2 * USUAL_MS - 1);
    expect(outcomes).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(outcomes).toEqual(['CIRCUIT_OPEN']);
    send();
    await settled();
    expect(outcomes).toEqual(['CIRCUIT_OPEN', 'CIRCUIT_OPEN']);
    expect(attempts.at(-1)!.record.queueMs).toBe(0);
  });

  it('wait until their own deadline', async () => {
    send();
    send(aRequest(5));
    await jest.advanceTimersByTimeAsync(5);
    expect(outcomes).toEqual(['UPSTREAM_TIMEOUT']);
  });

  it('are refused beyond the number that may wait', async () => {
    sendMany(25);
    await settled();
    expect(outcomes).toEqual(Array(4).fill('CIRCUIT_OPEN'));
  });

  it('are refused at once between two probes', async () => {
    send();
    service.calls[0]!.fail();
    await settled();
    send();
    await settled();
    expect(outcomes).toEqual(['UPSTREAM_UNAVAILABLE', 'CIRCUIT_OPEN']);
    expect(attempts[1]!.record.queueMs).toBe(0);
  });

  it('are let through where the breaker only measures', async () => {
    upstream.settings.breaker.mode = 'measure';
    sendMany(5);
    await settled();
    expect(service.calls).toHaveLength(5);
  });
});
