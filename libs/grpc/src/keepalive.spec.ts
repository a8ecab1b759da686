import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { noTransportStats } from './channel.ts';
import { Keepalive } from './keepalive.ts';
import { connectionSettings } from './settings.ts';

const { probeAfterMs, pingTimeoutMs, keepaliveMs } = connectionSettings;
const HOUR_MS = 3_600_000;
/** On a fake clock an immediate that a timer asks for comes a millisecond later. */
const IMMEDIATE_MS = 1;

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** A connection on a fake clock: when it pinged, and what was made of it. */
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
    /** A call goes out. */
    call() {
      keepalive.sent(its.calls === 0);
      its.calls += 1;
    },
    /** A call ends: answered, or given up. */
    end(how: 'answered' | 'given up') {
      if (how === 'answered') keepalive.heard();
      its.calls -= 1;
    },
  };
}

const wait = (ms: number) => jest.advanceTimersByTime(ms);

describe('a call that is not answered', () => {
  it(`is reason to ping after ${probeAfterMs} ms, once`, () => {
    const { its, stats, call } = connection();
    call();
    wait(probeAfterMs - 1);
    expect(its.pings).toEqual([]);
    wait(1);
    expect(its.pings).toEqual([probeAfterMs]);
    wait(10_000);
    expect(stats).toMatchObject({ pings: 1, pingTimeouts: 0 });
  });

  it('is no reason where something has come since', () => {
    const { its, call, end } = connection();
    for (let i = 0; i < 100; i += 1) {
      call();
      wait(probeAfterMs - 1);
      end('answered');
      wait(1);
    }
    expect(its.pings).toEqual([]);
  });

  it('is reason though one before it was given up at once, on a connection that was quiet since', () => {
    const { its, call, end } = connection();
    call();
    wait(10);
    end('given up');
    wait(20_000);
    call();
    wait(probeAfterMs);
    expect(its.pings).toEqual([20_010 + probeAfterMs]);
  });

  it('is reason to ping twice until something comes, and then no more often than a silence is', () => {
    const { its, call } = connection();
    for (let second = 0; second < 700; second += 1) {
      call();
      wait(1_000);
    }
    const second = probeAfterMs + 1_000;
    expect(its.pings).toEqual([probeAfterMs, second, second + keepaliveMs, second + 2 * keepaliveMs]);
  });

  it('is reason to ping twice more once something has come', () => {
    const { its, keepalive, call } = connection();
    for (let second = 0; second < 4; second += 1) {
      call();
      wait(1_000);
    }
    expect(its.pings).toHaveLength(2);
    keepalive.heard();
    for (let second = 0; second < 4; second += 1) {
      call();
      wait(1_000);
    }
    expect(its.pings).toHaveLength(4);
  });

  it('costs no timers while its PING is on its way', () => {
    const { its, call } = connection({ answersAfterMs: 1_900 });
    call();
    wait(probeAfterMs);
    call();
    const timers = jest.spyOn(globalThis, 'setTimeout');
    wait(1_899);
    expect(timers.mock.calls.length).toBeLessThan(5);
    // The answer stood for that call, too.
    wait(probeAfterMs);
    expect(its.pings).toHaveLength(1);
    wait(1);
    expect(its.pings).toHaveLength(2);
    timers.mockRestore();
  });
});

describe('a connection without calls', () => {
  it('is not pinged, not in a day', () => {
    const { its, call, end } = connection();
    wait(24 * HOUR_MS);
    call();
    wait(100);
    end('answered');
    wait(24 * HOUR_MS);
    expect(its.pings).toEqual([]);
  });

  it('is not pinged for a call that was given up before it was time to', () => {
    const { its, call, end } = connection();
    call();
    wait(probeAfterMs - 1);
    end('given up');
    wait(24 * HOUR_MS);
    expect(its.pings).toEqual([]);
  });
});

describe('a PING that is not answered', () => {
  it('makes the connection suspect after 100 ms, until it is', () => {
    const { keepalive, call } = connection({ answersAfterMs: 150 });
    call();
    wait(probeAfterMs + 99);
    expect(keepalive.isSuspect).toBe(false);
    wait(1 + IMMEDIATE_MS);
    expect(keepalive.isSuspect).toBe(true);
    wait(50);
    expect(keepalive.isSuspect).toBe(false);
  });

  it('makes it suspect no longer where headers or data come', () => {
    const { keepalive, call } = connection({ answersAfterMs: Infinity });
    call();
    wait(probeAfterMs + 100);
    keepalive.heard();
    expect(keepalive.isSuspect).toBe(false);
  });

  it(`means that it is lost after ${pingTimeoutMs} ms, once`, () => {
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

  it('means nothing while data come: its answer waits behind them', () => {
    const { its, keepalive, call } = connection({ answersAfterMs: Infinity });
    call();
    wait(probeAfterMs);
    for (let i = 0; i < 20; i += 1) {
      wait(pingTimeoutMs / 2);
      keepalive.heard();
    }
    expect(its.lost).toBe(0);
    wait(pingTimeoutMs - 1);
    expect(its.lost).toBe(0);
    wait(1 + IMMEDIATE_MS);
    expect(its.lost).toBe(1);
  });

  it('means nothing where the answer has come and is not read yet, since this process stood still', () => {
    const { its, keepalive, call } = connection({ answersAfterMs: Infinity });
    let onAnswer = () => {};
    const ping = jest.spyOn(keepalive as never as { ping: (given: () => void) => boolean }, 'ping');
    ping.mockImplementation((given) => (onAnswer = given) !== undefined);
    call();
    wait(probeAfterMs);
    // Timers that are overdue fire before sockets are read; immediates come after.
    setTimeout(() => setImmediate(onAnswer), pingTimeoutMs - 1);
    wait(pingTimeoutMs + IMMEDIATE_MS);
    expect(its.lost).toBe(0);
  });

  it('means nothing any more once the connection has ended', () => {
    const { its, keepalive, call } = connection({ answersAfterMs: Infinity });
    call();
    wait(probeAfterMs);
    keepalive.stop();
    wait(60_000);
    expect(its.lost).toBe(0);
  });
});

describe('a stream that is quiet for a day', () => {
  it(`pings every ${keepaliveMs / 1000} seconds, and is not lost while answers come`, () => {
    const { its, call } = connection();
    const first = probeAfterMs;
    call();
    wait(24 * HOUR_MS);
    expect(its.lost).toBe(0);
    const expected = 1 + Math.floor((24 * HOUR_MS - first) / keepaliveMs);
    expect(its.pings).toEqual(Array.from({ length: expected }, (_, n) => first + n * keepaliveMs));
  });

  it('is lost within a keepalive and a timeout where answers come no more', () => {
    const { its, keepalive, call } = connection();
    call();
    keepalive.heard();
    wait(HOUR_MS);
    expect(its.lost).toBe(0);
    its.answersAfterMs = Infinity;
    wait(keepaliveMs + pingTimeoutMs + IMMEDIATE_MS);
    expect(its.lost).toBe(1);
  });
});
