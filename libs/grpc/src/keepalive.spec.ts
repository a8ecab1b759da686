import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { noTransportStats } from './channel.ts';
import { Keepalive } from './keepalive.ts';
import { connectionSettings } from './settings.ts';

const { probeAfterMs, pingTimeoutMs, keepaliveMs } = connectionSettings;
const HOUR_MS = 3_600_000;
/** On a fake clock an immediate that a timer schedules runs a millisecond later. */
const IMMEDIATE_MS = 1;

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** A connection on a fake clock: the times of its pings, and its state. */
function connection({ answersAfterMs = 1 }: { answersAfterMs?: number } = {}) {
  const startedAt = performance.now();
  const its = { calls: 0, lost: 0, answersAfterMs, pings: [] as number[] };
  const stats = noTransportStats();
  const ping = (onAnswer: () => void) => {
    its.pings.push(performance.now() - startedAt);
    if (its.answersAfterMs < Infinity) setTimeout(onAnswer, its.answersAfterMs);
    return true;
  };
  const keepalive = new Keepalive(
    connectionSettings,
    stats,
    ping,
    () => its.calls > 0,
    () => (its.lost += 1),
  );
  return {
    its,
    stats,
    keepalive,
    /** Sends a call. */
    call() {
      keepalive.sent(its.calls === 0);
      its.calls += 1;
    },
    /** Ends a call: with a response, or cancelled. */
    end(how: 'answered' | 'cancelled') {
      if (how === 'answered') keepalive.received();
      its.calls -= 1;
    },
  };
}

const wait = (ms: number) => jest.advanceTimersByTime(ms);

describe('a call without a response', () => {
  it(`triggers one ping after ${probeAfterMs} ms`, () => {
    const { its, stats, call } = connection();
    call();
    wait(probeAfterMs - 1);
    expect(its.pings).toEqual([]);
    wait(1);
    expect(its.pings).toEqual([probeAfterMs]);
    wait(10_000);
    expect(stats).toMatchObject({ pings: 1, pingTimeouts: 0 });
  });

  it('triggers no ping if something has arrived since', () => {
    const { its, call, end } = connection();
    for (let i = 0; i < 100; i += 1) {
      call();
      wait(probeAfterMs - 1);
      end('answered');
      wait(1);
    }
    expect(its.pings).toEqual([]);
  });

  it('triggers a ping also if an earlier call was cancelled immediately, on a silent connection', () => {
    const { its, call, end } = connection();
    call();
    wait(10);
    end('cancelled');
    wait(20_000);
    call();
    wait(probeAfterMs);
    expect(its.pings).toEqual([20_010 + probeAfterMs]);
  });

  it('triggers at most two pings until something arrives, then as many as a silence does', () => {
    const { its, call } = connection();
    for (let second = 0; second < 700; second += 1) {
      call();
      wait(1_000);
    }
    const second = probeAfterMs + 1_000;
    expect(its.pings).toEqual([probeAfterMs, second, second + keepaliveMs, second + 2 * keepaliveMs]);
  });

  it('triggers two more pings once something has arrived', () => {
    const { its, keepalive, call } = connection();
    for (let second = 0; second < 4; second += 1) {
      call();
      wait(1_000);
    }
    expect(its.pings).toHaveLength(2);
    keepalive.received();
    for (let second = 0; second < 4; second += 1) {
      call();
      wait(1_000);
    }
    expect(its.pings).toHaveLength(4);
  });

  it('needs no timers while its PING is unacknowledged', () => {
    const { its, call } = connection({ answersAfterMs: 1_900 });
    call();
    wait(probeAfterMs);
    call();
    const timers = jest.spyOn(globalThis, 'setTimeout');
    wait(1_899);
    expect(timers.mock.calls.length).toBeLessThan(5);
    // The acknowledgement also covers that call.
    wait(probeAfterMs);
    expect(its.pings).toHaveLength(1);
    wait(1);
    expect(its.pings).toHaveLength(2);
    timers.mockRestore();
  });
});

describe('a connection without calls', () => {
  it('is not pinged within a day', () => {
    const { its, call, end } = connection();
    wait(24 * HOUR_MS);
    call();
    wait(100);
    end('answered');
    wait(24 * HOUR_MS);
    expect(its.pings).toEqual([]);
  });

  it('is not pinged for a call that was cancelled before the ping was due', () => {
    const { its, call, end } = connection();
    call();
    wait(probeAfterMs - 1);
    end('cancelled');
    wait(24 * HOUR_MS);
    expect(its.pings).toEqual([]);
  });
});

describe('an unacknowledged PING', () => {
  it('makes the connection suspect after 100 ms, until it is acknowledged', () => {
    const { keepalive, call } = connection({ answersAfterMs: 150 });
    call();
    wait(probeAfterMs + 99);
    expect(keepalive.isSuspect).toBe(false);
    wait(1 + IMMEDIATE_MS);
    expect(keepalive.isSuspect).toBe(true);
    wait(50);
    expect(keepalive.isSuspect).toBe(false);
  });

  it('no longer makes it suspect once headers or data arrive', () => {
    const { keepalive, call } = connection({ answersAfterMs: Infinity });
    call();
    wait(probeAfterMs + 100);
    keepalive.received();
    expect(keepalive.isSuspect).toBe(false);
  });

  it(`reports the connection as lost after ${pingTimeoutMs} ms, once`, () => {
    const { its, stats, call } = connection({ answersAfterMs: Infinity });
    call();
    wait(probeAfterMs + pingTimeoutMs - 1);
    expect(its.lost).toBe(0);
    wait(1 + IMMEDIATE_MS);
    expect(its.lost).toBe(1);
    wait(60_000);
    expect(its.lost).toBe(1);
    expect(stats).toMatchObject({ pings: 1, pingTimeouts: 1 });
  });

  it('is ignored while data arrive, since its acknowledgement is queued behind them', () => {
    const { its, keepalive, call } = connection({ answersAfterMs: Infinity });
    call();
    wait(probeAfterMs);
    for (let i = 0; i < 20; i += 1) {
      wait(pingTimeoutMs / 2);
      keepalive.received();
    }
    expect(its.lost).toBe(0);
    wait(pingTimeoutMs - 1);
    expect(its.lost).toBe(0);
    wait(1 + IMMEDIATE_MS);
    expect(its.lost).toBe(1);
  });

  it('is ignored if its acknowledgement has arrived but is unread, since this process was suspended', () => {
    const { its, keepalive, call } = connection({ answersAfterMs: Infinity });
    let onAnswer = () => {};
    const ping = jest.spyOn(keepalive as never as { ping: (given: () => void) => boolean }, 'ping');
    ping.mockImplementation((given) => (onAnswer = given) !== undefined);
    call();
    wait(probeAfterMs);
    // Overdue timers fire before sockets are read; immediates run after.
    setTimeout(() => setImmediate(onAnswer), pingTimeoutMs - 1);
    wait(pingTimeoutMs + IMMEDIATE_MS);
    expect(its.lost).toBe(0);
  });

  it('is ignored once the connection has ended', () => {
    const { its, keepalive, call } = connection({ answersAfterMs: Infinity });
    call();
    wait(probeAfterMs);
    keepalive.stop();
    wait(60_000);
    expect(its.lost).toBe(0);
  });
});

describe('a stream that is silent for a day', () => {
  it(`pings every ${keepaliveMs / 1000} seconds, and is not lost while acknowledgements arrive`, () => {
    const { its, call } = connection();
    const first = probeAfterMs;
    call();
    wait(24 * HOUR_MS);
    expect(its.lost).toBe(0);
    const expected = 1 + Math.floor((24 * HOUR_MS - first) / keepaliveMs);
    expect(its.pings).toEqual(Array.from({ length: expected }, (_, n) => first + n * keepaliveMs));
  });

  it('is lost within a keepalive interval and a timeout once acknowledgements stop', () => {
    const { its, keepalive, call } = connection();
    call();
    keepalive.received();
    wait(HOUR_MS);
    expect(its.lost).toBe(0);
    its.answersAfterMs = Infinity;
    wait(keepaliveMs + pingTimeoutMs + IMMEDIATE_MS);
    expect(its.lost).toBe(1);
  });
});
