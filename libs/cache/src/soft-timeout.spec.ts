import { GatewayError } from '#libs/errors';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SoftTimeout } from './soft-timeout.ts';

describe('a soft timeout', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  /** Calls that took so long, one after the other. */
  function take(timeout: SoftTimeout, ...durations: number[]): void {
    for (const ms of durations) {
      const startedAt = performance.now();
      jest.advanceTimersByTime(ms);
      timeout.answered(startedAt);
    }
  }
  const times = (count: number, ms: number) => Array<number>(count).fill(ms);

  /** A timeout of a question, and how often it was over before the answer. */
  function measured(durations: number[]) {
    const timeout = new SoftTimeout();
    let late = 0;
    for (const ms of durations) {
      if (ms > timeout.ms) late += 1;
      take(timeout, ms);
    }
    return { timeout, late };
  }

  it('is a little longer than the usual latency, from the first answer on', () => {
    const timeout = new SoftTimeout();
    expect(timeout.ms).toBe(50);
    take(timeout, 10);
    expect(timeout.ms).toBe(15);
    take(timeout, ...times(100, 20));
    expect(timeout.ms).toBeLessThanOrEqual(32);
    expect(timeout.ms).toBeGreaterThanOrEqual(30);
  });

  it('is never shorter than the jitter of this process', () => {
    const timeout = new SoftTimeout();
    take(timeout, ...times(100, 0.5));
    expect(timeout.ms).toBe(8);
  });

  it('discards the latency of the first calls, which opened connections', () => {
    const timeout = new SoftTimeout();
    take(timeout, ...times(3, 40), ...times(29, 6));
    expect(timeout.ms).toBeLessThanOrEqual(10);
    take(timeout, ...times(128, 6));
    expect(timeout.ms).toBeLessThanOrEqual(10);
  });

  it.each([
    ['the same', () => 5],
    ['exponential', (random: number) => -10 * Math.log(1 - random)],
    ['slow in one of 25', (random: number) => (random < 0.04 ? 50 : 5)],
    ['slow in one of 75', (random: number) => (random < 1 / 75 ? 80 : 5)],
    ['slow by nature', (random: number) => 400 + 100 * random],
    ['of a long tail', (random: number) => 5 * (1 - random) ** (-1 / 2)],
  ])('expires before fewer than 1 in 100 healthy answers: %s', (_, latency) => {
    let seed = 7;
    const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    const { late } = measured(Array.from({ length: 4_000 }, () => latency(random())));
    expect(late / 4_000).toBeLessThan(0.01);
  });

  it('follows an upstream that becomes slower, and faster again', () => {
    const timeout = new SoftTimeout();
    take(timeout, ...times(100, 5), ...times(100, 60));
    expect(timeout.ms).toBeGreaterThan(60);
    expect(timeout.ms).toBeLessThan(150);
    take(timeout, ...times(200, 5));
    expect(timeout.ms).toBeLessThan(20);
  });

  it('is hardly raised by calls that hung, however many returned together', () => {
    const timeout = new SoftTimeout();
    take(timeout, ...times(100, 5));
    const hangFor = (ms: number) => {
      const hung = performance.now();
      jest.advanceTimersByTime(ms);
      for (let i = 0; i < 50; i += 1) timeout.answered(hung);
    };
    for (const ms of [900, 5_000]) hangFor(ms);
    expect(timeout.ms).toBeLessThanOrEqual(10);
    for (let i = 0; i < 5; i += 1) {
      timeout.failed(new GatewayError('UPSTREAM_TIMEOUT'));
      hangFor(900);
    }
    expect(timeout.ms).toBeLessThanOrEqual(10);
  });

  it.each(['UPSTREAM_TIMEOUT', 'UPSTREAM_UNAVAILABLE', 'CIRCUIT_OPEN', 'OVERLOADED'] as const)(
    'is 0 after %s, until a call is answered, or for half a minute',
    (code) => {
      const timeout = new SoftTimeout();
      take(timeout, 10);
      timeout.failed(new GatewayError(code));
      expect(timeout.ms).toBe(0);
      take(timeout, 900);
      expect(timeout.ms).toBe(15);
      timeout.failed(new GatewayError(code));
      jest.advanceTimersByTime(30_000);
      expect(timeout.ms).toBe(15);
    },
  );

  it.each(['NOT_FOUND', 'UPSTREAM_BAD_RESPONSE', 'FORBIDDEN'] as const)('is unchanged after %s', (code) => {
    const timeout = new SoftTimeout();
    take(timeout, 10);
    timeout.failed(new GatewayError(code));
    expect(timeout.ms).toBe(15);
  });

  it('calls back once when it is over, at once if it is 0, and never after it was stopped', () => {
    const timeout = new SoftTimeout();
    take(timeout, 10);
    const [over, stopped, atOnce] = [jest.fn(), jest.fn(), jest.fn()];
    timeout.start(over);
    timeout.start(stopped)();
    jest.advanceTimersByTime(14);
    expect(over).not.toHaveBeenCalled();
    jest.advanceTimersByTime(2);
    timeout.failed(new GatewayError('UPSTREAM_TIMEOUT'));
    timeout.start(atOnce);
    expect([over, stopped, atOnce].map(({ mock }) => mock.calls.length)).toEqual([1, 0, 1]);
  });
});
