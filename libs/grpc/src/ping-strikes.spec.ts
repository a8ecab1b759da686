import { seededRandom } from '#libs/testing';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { noTransportStats } from './channel.ts';
import { Keepalive } from './keepalive.ts';
import { type ConnectionSettings, connectionSettings } from './settings.ts';

const MIN_INTERVAL_MS = 300_000;
const IDLE_INTERVAL_MS = 7_200_000;
const MAX_STRIKES = 2;
const HOURS = 12;

/** A server's policy against PING abuse, with its defaults. */
interface PingPolicy {
  /** The server sends headers or data. */
  reset(): void;
  /** @returns whether it ends the connection: GOAWAY "too_many_pings" */
  ping(calls: number): boolean;
}

/** C core's `PingAbusePolicy` (src/core/ext/transport/chttp2/transport/ping_abuse_policy.cc). */
function cCore(): PingPolicy {
  let lastPingAt = -Infinity;
  let strikes = 0;
  return {
    reset() {
      lastPingAt = -Infinity;
      strikes = 0;
    },
    ping(calls) {
      const allowedAt = lastPingAt + (calls ? MIN_INTERVAL_MS : IDLE_INTERVAL_MS);
      lastPingAt = performance.now();
      if (allowedAt <= lastPingAt) return false;
      strikes += 1;
      return strikes > MAX_STRIKES;
    },
  };
}

/** grpc-go's `handlePing` (internal/transport/http2_server.go). */
function go(): PingPolicy {
  let lastPingAt = -Infinity;
  let strikes = 0;
  let isReset = false;
  return {
    reset: () => void (isReset = true),
    ping(calls) {
      const allowedAt = lastPingAt + (calls ? MIN_INTERVAL_MS : IDLE_INTERVAL_MS);
      lastPingAt = performance.now();
      if (isReset) {
        isReset = false;
        strikes = 0;
        return false;
      }
      if (allowedAt > lastPingAt) strikes += 1;
      return strikes > MAX_STRIKES;
    },
  };
}

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** Simulates hours of random calls over one connection. @returns the number of pings sent, and of GOAWAYs received */
function simulate(policy: PingPolicy, seed: number, settings: ConnectionSettings, hours = HOURS) {
  const random = seededRandom(seed);
  const latencyMs = random() * 150;
  /** The interval between calls at this time, in milliseconds: from a burst to an hour. */
  const pause = () => Math.exp(random() * Math.log(3_600_000));
  const stats = noTransportStats();
  let goaways = 0;
  let clientCalls = 0;
  let serverCalls = 0;
  const later = (act: () => void, afterMs = 0) => void setTimeout(act, latencyMs + afterMs);
  const keepalive = new Keepalive(
    settings,
    stats,
    (onAnswer) => {
      later(() => {
        if (policy.ping(serverCalls)) goaways += 1;
        later(onAnswer);
      });
      return true;
    },
    () => clientCalls > 0,
    () => {
      throw new Error('the connection is lost, though every ping is acknowledged');
    },
  );

  const call = () => {
    keepalive.sent(clientCalls === 0);
    clientCalls += 1;
    let isOpen = true;
    let isServed = true;
    const ended = () => {
      if (isOpen) clientCalls -= 1;
      isOpen = false;
    };
    const served = () => {
      if (isServed) serverCalls -= 1;
      isServed = false;
    };
    const respond = (isEnd: boolean) => {
      if (!isServed) return;
      policy.reset();
      if (isEnd) served();
      later(() => {
        if (isOpen) keepalive.received();
        if (isEnd) ended();
      });
    };
    later(() => (serverCalls += 1));
    const kind = random();
    const serviceMs = pause() / 10;
    if (kind < 0.6) later(() => respond(true), serviceMs);
    else if (kind < 0.7) {
      // Reset by the server: neither headers nor data.
      later(() => {
        served();
        later(ended);
      }, serviceMs);
    } else if (kind < 0.8) {
      // A watch: headers, and an occasional message.
      for (let at = 0; at < serviceMs * 100; at += pause()) later(() => respond(false), at);
      later(() => respond(true), serviceMs * 100);
    }
    // The caller cancels it eventually.
    setTimeout(
      () => {
        if (!isOpen) return;
        ended();
        later(served);
      },
      kind < 0.9 ? 1 + pause() : 3_600_000,
    );
  };
  const next = () => {
    call();
    setTimeout(next, 1 + pause() * (random() < 0.8 ? 0.01 : 1));
  };
  next();
  jest.advanceTimersByTime(hours * 3_600_000);
  return { pings: stats.pings, goaways };
}

describe.each([
  ['C core', cCore],
  ['Go', go],
])('a server of %s with its defaults', (_, policy) => {
  it('never rejects pings, for any sequence of calls', () => {
    const seeds = Array.from({ length: 12 }, (__, seed) => seed + 1);
    const results = seeds.map((seed) => simulate(policy(), seed, connectionSettings));
    expect(results.map(({ goaways }) => goaways)).toEqual(seeds.map(() => 0));
    expect(results.reduce((sum, { pings }) => sum + pings, 0)).toBeGreaterThan(100);
  });

  it('would reject a client that pings a silent stream every minute', () => {
    const its = policy();
    its.reset();
    const minutes = Array.from({ length: 4 }, () => {
      jest.advanceTimersByTime(60_000);
      return its.ping(1);
    });
    expect(minutes).toEqual([false, false, false, true]);
  });

  it('would reject these pings if the keepalive interval were below five minutes', () => {
    const settings = { ...connectionSettings, keepaliveMs: 240_000 };
    const results = [1, 2, 3, 4, 5, 6].map((seed) => simulate(policy(), seed, settings));
    expect(results.some(({ goaways }) => goaways > 0)).toBe(true);
  });
});
