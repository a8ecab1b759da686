import { fromGrpc, fromHttp, GatewayError } from '#libs/errors';
import { Metadata, status as Code } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Silence } from './silence.ts';
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

  /** Calls of a port that are made at once, each taking so long. */
  function takeTogether(timeout: SoftTimeout, count: number, ms: number) {
    const overdue: number[] = [];
    const startedAt = performance.now();
    const ends = Array.from({ length: count }, () =>
      timeout.start(() => overdue.push(performance.now() - startedAt)),
    );
    jest.advanceTimersByTime(ms);
    for (const end of ends) {
      timeout.answered(startedAt);
      end();
    }
    return overdue;
  }

  it('is over for every call of a port once one is overdue and none has been answered since it began', () => {
    const silence = new Silence();
    const [slow, quick] = [new SoftTimeout(silence), new SoftTimeout(silence)];
    take(slow, ...times(100, 100));
    take(quick, ...times(100, 10));
    const [ofSlow, ofQuick, later] = [jest.fn(), jest.fn(), jest.fn()];
    const ends = [slow.start(ofSlow), quick.start(ofQuick)];
    jest.advanceTimersByTime(17);
    expect([ofSlow, ofQuick].map(({ mock }) => mock.calls.length)).toEqual([1, 1]);
    ends.push(quick.start(later));
    expect(later).toHaveBeenCalledTimes(1);

    quick.answered(performance.now());
    const afterwards = jest.fn();
    ends.push(slow.start(afterwards));
    jest.advanceTimersByTime(17);
    expect(afterwards).not.toHaveBeenCalled();
    for (const end of ends) end();
  });

  it('is not over for others where a slow call is overdue among answered ones', () => {
    const silence = new Silence();
    const [slow, quick] = [new SoftTimeout(silence), new SoftTimeout(silence)];
    take(slow, ...times(100, 100));
    take(quick, ...times(100, 10));
    const [ofSlow, overdue] = [jest.fn(), jest.fn()];
    const ends = [slow.start(ofSlow), quick.start(overdue)];
    jest.advanceTimersByTime(5);
    take(slow, 1);
    ends.push(quick.start(jest.fn()));
    jest.advanceTimersByTime(11);
    expect([ofSlow, overdue].map(({ mock }) => mock.calls.length)).toEqual([0, 1]);
    for (const end of ends) end();
  });

  it('is not raised by pauses of the upstream, however many', () => {
    const timeout = new SoftTimeout();
    take(timeout, ...times(128, 10));
    for (let pause = 0; pause < 5; pause += 1) {
      expect(takeTogether(timeout, 4, 700)).toHaveLength(4);
      take(timeout, ...times(10, 10));
    }
    expect(timeout.ms).toBeLessThanOrEqual(16);
  });

  it('follows an upstream that becomes slower for many calls at once', () => {
    const timeout = new SoftTimeout();
    take(timeout, ...times(128, 10));
    for (let i = 0; i < 6; i += 1) takeTogether(timeout, 4, 60);
    expect(timeout.ms).toBeGreaterThan(60);
    expect(takeTogether(timeout, 4, 60)).toEqual([]);
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

  it('is unchanged after a refusal of one caller, whatever its code: the others are answered', () => {
    const timeout = new SoftTimeout();
    take(timeout, 10);
    const status = (code: Code) => Object.assign(new Error(''), { code, details: '', metadata: new Metadata() });
    timeout.failed(fromHttp(429, undefined, '7'));
    timeout.failed(fromGrpc(status(Code.RESOURCE_EXHAUSTED)));
    timeout.failed(fromHttp(408, undefined));
    expect(timeout.ms).toBe(15);
    timeout.failed(fromHttp(503, undefined, '7'));
    expect(timeout.ms).toBe(0);
  });

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
