import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Context } from './context.ts';
import { Flight } from './flight.ts';

const aRequest = (timeoutMs = 1_000) => new Context({ log: { requestId: 'r-1' }, timeoutMs });

/** A flight that is answered when the test says so. */
function aFlight() {
  const flight = new Flight<string>(aRequest());
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  flight.answer = promise;
  promise.catch(() => {});
  return { flight, resolve, reject };
}

describe('a flight that may be left early', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('goes on without those who were answered, until its own deadline', async () => {
    const { flight } = aFlight();
    const request = aRequest();
    expect(await flight.join(request, Promise.resolve('early'))).toBe('early');
    request.end('client');
    jest.advanceTimersByTime(999);
    expect([flight.isDetached, flight.endedBy]).toEqual([true, undefined]);
    jest.advanceTimersByTime(1);
    expect(flight.endedBy).toBe('deadline');
  });

  it('has the whole answer for those who were there before, and for those with nothing instead', async () => {
    const { flight, resolve } = aFlight();
    const early = Promise.withResolvers<string | undefined>();
    const [sooner, later] = [
      flight.join(aRequest(), Promise.resolve(undefined)),
      flight.join(aRequest(), early.promise),
    ];
    resolve('answer');
    expect(await sooner).toBe('answer');
    early.resolve('early');
    expect([await later, flight.isDetached]).toEqual(['answer', false]);
  });

  it('is not ended by those who leave while it goes on', async () => {
    const { flight } = aFlight();
    const waiting = aRequest();
    const left = flight.join(waiting);
    await flight.join(aRequest(), Promise.resolve('early'));
    waiting.end('client');
    await expect(left).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(flight.endedBy).toBeUndefined();
  });

  it('ends with the last who leaves, early or not, where it may not go on', async () => {
    const { flight } = aFlight();
    flight.detach = () => false;
    const waiting = aRequest();
    const left = expect(flight.join(waiting)).rejects.toThrow();
    await flight.join(aRequest(), Promise.resolve('early'));
    expect(flight.endedBy).toBeUndefined();
    waiting.end('client');
    jest.advanceTimersByTime(1);
    await left;
    expect(flight.endedBy).toBe('client');
  });

  it('answers nobody early who has gone', async () => {
    const { flight } = aFlight();
    const early = Promise.withResolvers<string>();
    const request = aRequest();
    const answer = expect(flight.join(request, early.promise)).rejects.toThrow();
    request.end('client');
    early.resolve('early');
    await Promise.resolve();
    jest.advanceTimersByTime(1);
    await answer;
    expect([flight.endedBy, flight.isDetached]).toEqual(['client', false]);
  });

  it('tells each request of its tries once', async () => {
    const { flight, resolve } = aFlight();
    flight.tries.push({ outcome: 'UPSTREAM_TIMEOUT' } as never);
    const request = aRequest();
    await flight.join(request, Promise.resolve('early'));
    flight.tries.push({ outcome: 'OK' } as never);
    resolve('answer');
    await Promise.resolve();
    expect(request.tries).toEqual([{ outcome: 'UPSTREAM_TIMEOUT' }]);
  });
});
