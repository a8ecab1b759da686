import { aContext } from '#libs/testing';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { openStreamsOf } from './open-streams.fixture.ts';

const u1 = { id: 'u1', scopes: [] };
const anybody = { scopes: [] };
let stop = () => {};

function opened(environment: Record<string, string> = {}) {
  const all = openStreamsOf(environment);
  ({ stop } = all);
  return all;
}

afterEach(() => {
  stop();
  jest.useRealTimers();
});

describe('the streams of one caller', () => {
  it('are as many as MAX_STREAMS_PER_CALLER; the next is refused until one is over', () => {
    const { streams, open } = opened({ MAX_STREAMS_PER_CALLER: '2' });
    const [first, second] = [open(u1), open(u1)];
    expect(() => open(u1)).toThrow(
      expect.objectContaining({
        code: 'RATE_LIMITED',
        source: 'streams-of-caller',
        headers: { 'retry-after': '5' },
      }),
    );
    open({ id: 'u2', scopes: [] });
    first.leave();
    const third = open(u1);
    expect(streams.counts).toMatchObject({ opened: 4, refused: 1 });
    for (const one of [second, third]) one.leave();
    open(u1);
    open(u1);
  });

  it('are counted by their address where nobody has logged in, all of an IPv6 network together', () => {
    const { open } = opened({ MAX_STREAMS_PER_CALLER: '1' });
    open(anybody, '192.0.2.1');
    open(anybody, '192.0.2.2');
    expect(() => open(anybody, '192.0.2.1')).toThrow(expect.objectContaining({ source: 'streams-of-caller' }));
    open(anybody, '2001:db8::1');
    expect(() => open(anybody, '2001:db8::2')).toThrow(expect.objectContaining({ source: 'streams-of-caller' }));
  });

  it('are not those of a user whose id looks like their address', () => {
    const { open } = opened({ MAX_STREAMS_PER_CALLER: '1' });
    open(anybody, '192.0.2.1');
    expect(() => open({ id: '192.0.2.1', scopes: [] }, '192.0.2.1')).not.toThrow();
  });

  it('are not opened where they are refused', () => {
    const { streams, open } = opened({ MAX_STREAMS_PER_CALLER: '1' });
    open(u1);
    let isBegun = false;
    const begin = () => {
      isBegun = true;
      throw new Error('was begun');
    };
    expect(() => open(u1)).toThrow();
    expect(() => streams.add(aContext(), '/', begin)).toThrow(expect.objectContaining({ code: 'RATE_LIMITED' }));
    expect(isBegun).toBe(false);
  });
});

describe('all streams of a gateway', () => {
  it('are as many as MAX_STREAMS, whoever asks for them', () => {
    const { open } = opened({ MAX_STREAMS: '2' });
    const first = open({ id: 'u1', scopes: [] });
    open({ id: 'u2', scopes: [] });
    const refused = expect.objectContaining({ code: 'OVERLOADED', source: 'streams' });
    expect(() => open({ id: 'u3', scopes: [] })).toThrow(refused);
    first.leave();
    open({ id: 'u3', scopes: [] });
  });

  it('are told to come back within 5 seconds, each at another time, when the gateway stops, and none is opened then', () => {
    const { streams, open } = opened();
    const all = Array.from({ length: 10 }, () => open(u1));
    streams.shutDown();
    const ends = all.map((one) => one.ends);
    for (const [end, ...others] of ends) {
      expect(others).toEqual([]);
      expect(end).toMatchObject({ event: 'shutdown' });
      expect(end!.retryMs).toBeLessThanOrEqual(5_000);
    }
    expect(new Set(ends.map(([end]) => end!.retryMs)).size).toBeGreaterThan(5);
    expect(streams.counts.ended.get('shutdown')).toBe(10);
    expect(() => open(u1)).toThrow(expect.objectContaining({ code: 'OVERLOADED', source: 'draining' }));
  });

  it('are told to come back after the drain, in which the port is still open', () => {
    const { streams, open } = opened();
    expect(streams.retryMs).toBeUndefined();
    const all = Array.from({ length: 10 }, () => open(u1));
    streams.shutDown(8_000);
    // The process is stopped after its drain.
    streams.shutDown();
    for (const { ends } of all) {
      expect(ends[0]!.retryMs).toBeGreaterThan(8_900);
      expect(ends[0]!.retryMs).toBeLessThanOrEqual(14_000);
    }
    expect(streams.retryMs).toBeGreaterThan(8_800);
  });

  it('beat in every STREAM_HEARTBEAT_MS until they are over', () => {
    jest.useFakeTimers();
    const { open } = opened({ STREAM_HEARTBEAT_MS: '15000' });
    const [one, other] = [open(u1), open(u1)];
    jest.advanceTimersByTime(15_000);
    other.leave();
    jest.advanceTimersByTime(15_000);
    expect([one.beats, other.beats]).toEqual([2, 1]);
  });
});

describe('the report of open streams for operators', () => {
  it('counts all of them by route, lists the oldest, and has each end by its reason', () => {
    const { streams, open } = opened();
    const first = open(u1, '192.0.2.1', '/a');
    open(u1, '192.0.2.1', '/a');
    open(anybody, '192.0.2.9', '/b');
    const report = streams.report(2);
    expect(report).toMatchObject({ open: 3, byRoute: { '/a': 2, '/b': 1 }, opened: 3, refused: 0 });
    expect(report.streams).toHaveLength(2);
    expect(report.streams[0]).toEqual({
      id: expect.any(String),
      route: '/a',
      callerId: 'u1',
      address: '192.0.2.1',
      openedAt: new Date(first.openedAt).toISOString(),
      lastEventId: undefined,
      sent: 0,
      heldBytes: 0,
    });
    first.leave();
    expect(streams.endById(report.streams[1]!.id)).toBe(true);
    expect(streams.endById(report.streams[1]!.id)).toBe(false);
    expect(streams.report(2)).toMatchObject({ open: 1, ended: { client: 1, operator: 1, shutdown: 0 } });
  });
});

describe('a stream ends with', () => {
  it('the token that it was opened with', () => {
    jest.useFakeTimers();
    const { streams, open } = opened();
    const one = open({ ...u1, expiresAt: Date.now() + 60_000 });
    jest.advanceTimersByTime(59_999);
    expect(one.ends).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(one.ends).toEqual([{ event: 'end', data: { reason: 'expired' }, retryMs: undefined }]);
    expect(streams.counts.ended.get('expired')).toBe(1);
  });

  it('no token that expires later than a timer of Node can ring', () => {
    jest.useFakeTimers();
    const { open } = opened();
    const one = open({ ...u1, expiresAt: Date.now() + 3_000_000_000 });
    expect(one.ends).toEqual([]);
    jest.advanceTimersByTime(10);
    expect(one.ends).toEqual([]);
  });

  it('the session that it was opened with, by the reason of its end, and others stay', async () => {
    const { streams, ends, open } = opened();
    const [one, other] = [open({ ...u1, sessionId: 's1' }), open({ ...u1, sessionId: 's2' })];
    await ends.add('s1', 'password');
    expect(one.ends).toEqual([{ event: 'end', data: { reason: 'password' }, retryMs: undefined }]);
    expect(other.ends).toEqual([]);
    expect([...streams.list()].map(({ sessionId }) => sessionId)).toEqual(['s2']);
  });

  it('the rights that it was opened with, where its session gives less now', async () => {
    const { sessions, browsers, streams, open } = opened();
    const { sessionId, token } = await browsers.open(aContext(), { userId: 'u1' }, 'spec', {
      scopes: ['a', 'b'],
      forMs: 60_000,
    });
    const one = open((await browsers.callerOf(aContext(), token))!);
    await sessions.change(sessionId, { scopes: ['a'] });
    await new Promise<void>((resolve) => one.onOver(resolve));
    expect(one.ends).toEqual([{ event: 'end', data: { reason: 'rights' }, retryMs: undefined }]);
    expect(streams.report(1)).toMatchObject({ open: 0, ended: { rights: 1 } });
  });
});
