import type { Redis } from '#libs/redis';
import { aContext, ownRedisForTests, redisConnections } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { handleOf, parseToken, newHandle, newToken, sealed, sessionIdOf, unsealed } from './secrets.ts';
import { IDLE_MS, type Session } from './session.ts';
import { SessionStoreMemory } from './session-store.memory.ts';
import { SessionStoreRedis } from './session-store.redis.ts';
import type { SessionStore } from './session-store.ts';
import { sessionsOf } from './sessions.fixture.ts';

const server = await ownRedisForTests();
const hasRedis = !('skip' in server);
const connections = redisConnections();
const connected = () => connections.connected((server as { url: string }).url);

afterAll(async () => {
  await connections.close();
  if (hasRedis) await server.stop();
});

const PLACES: [string, () => Promise<{ store: SessionStore; redis: Redis | null }>][] = [
  ['in memory', async () => ({ store: new SessionStoreMemory(), redis: null })],
  ...(hasRedis
    ? ([
        [
          'in Redis',
          async () => {
            const redis = await connected();
            return { store: new SessionStoreRedis(redis), redis };
          },
        ],
      ] as [string, () => Promise<{ store: SessionStore; redis: Redis | null }>][])
    : []),
];

describe.each(PLACES)('sessions %s', (_, open) => {
  let store: SessionStore;
  let desk: ReturnType<typeof sessionsOf>;
  const userOf = (() => {
    let n = 0;
    return () => `user-${(n += 1)}`;
  })();
  const aSession = async (given: Partial<Session> = {}) => {
    const userId = given.userId ?? userOf();
    const opened = await desk.sessions.open(aContext(), { userId, kind: 'app' });
    if (Object.keys(given).length) await store.change(opened.sessionId, given);
    return { userId, ...opened };
  };

  beforeAll(async () => {
    const place = await open();
    store = place.store;
    desk = sessionsOf(store, place.redis);
  });
  afterAll(() => desk.ends.onApplicationShutdown());

  it('are found by their token, of which only the hash is stored', async () => {
    const { userId, sessionId, token } = await aSession();
    expect(await desk.sessions.ofRefreshToken(token)).toMatchObject({ userId });
    expect((await desk.sessions.withToken(token))?.sessionId).toBe(sessionId);
    const kept = JSON.stringify(await store.get(sessionId));
    expect(kept).not.toContain(token);
    expect(kept).not.toContain(token.slice(22));
    expect(kept).not.toContain(handleOf(token));
  });

  it('last by our clock, though that of Redis is months ahead', async () => {
    const now = Date.now;
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => now() - 60 * 86_400_000);
    try {
      const { userId, sessionId, token } = await aSession();
      const rotated = await desk.sessions.rotate(aContext(), token);
      expect((await desk.sessions.withToken(rotated!.token))?.sessionId).toBe(sessionId);
      await store.change(sessionId, { userAgent: 'curl' });
      expect([...(await store.ofUser(userId)).keys()]).toEqual([sessionId]);
    } finally {
      clock.mockRestore();
    }
  });

  it('rotate once for concurrent attempts, which all get the same successor', async () => {
    const { token } = await aSession();
    const tries = await Promise.all(Array.from({ length: 20 }, () => desk.sessions.rotate(aContext(), token)));
    expect(new Set(tries.map((one) => one!.token)).size).toBe(1);
    expect(tries[0]!.token).not.toBe(token);
    expect(handleOf(tries[0]!.token)).toBe(handleOf(token));
  });

  it('end if a used token is reused after the grace period', async () => {
    const { sessionId, token } = await aSession();
    const next = await desk.sessions.rotate(aContext(), token);
    await store.change(sessionId, { rotatedAt: Date.now() - 60_000 });
    expect(await desk.sessions.rotate(aContext(), token)).toBeUndefined();
    expect(await desk.sessions.rotate(aContext(), next!.token)).toBeUndefined();
    expect(desk.ends.has(sessionId)).toBe(true);
    expect(desk.log).toContainEqual(expect.objectContaining({ audit: 'refresh.reused', sessionId }));
  });

  it('end if a token from two rotations ago is used, even in the grace period', async () => {
    const { sessionId, token } = await aSession();
    const second = await desk.sessions.rotate(aContext(), token);
    await desk.sessions.rotate(aContext(), second!.token);
    expect(await desk.sessions.rotate(aContext(), token)).toBeUndefined();
    expect(await store.get(sessionId)).toBeUndefined();
  });

  it('cannot be ended with their id, which access tokens contain', async () => {
    const { sessionId, token } = await aSession();
    const guess = newToken(newHandle());
    expect(await desk.sessions.rotate(aContext(), guess)).toBeUndefined();
    expect(await desk.sessions.rotate(aContext(), sessionId + token.slice(22))).toBeUndefined();
    expect(await desk.sessions.ofRefreshToken(token)).toBeDefined();
  });

  it('end once, and are no longer listed', async () => {
    const { userId, sessionId } = await aSession();
    const other = await aSession({ userId });
    expect((await desk.sessions.ofUser(userId)).map((one) => one.sessionId).sort()).toEqual(
      [sessionId, other.sessionId].sort(),
    );
    const ends = await Promise.all([1, 2].map(() => desk.sessions.end(aContext(), sessionId, 'logout')));
    expect(ends.sort()).toEqual([false, true]);
    expect((await desk.sessions.ofUser(userId)).map((one) => one.sessionId)).toEqual([other.sessionId]);
  });

  it('end all but the excepted one', async () => {
    const { userId, sessionId } = await aSession();
    await Promise.all([aSession({ userId }), aSession({ userId })]);
    expect(await desk.sessions.endAll(aContext(), userId, 'password', sessionId)).toBe(2);
    expect((await desk.sessions.ofUser(userId)).map((one) => one.sessionId)).toEqual([sessionId]);
  });

  it('end after seven days without use, and after thirty in any case', async () => {
    const idle = await aSession({ usedAt: Date.now() - IDLE_MS });
    const old = await aSession({ endsAt: Date.now() });
    for (const { token } of [idle, old]) {
      expect(await desk.sessions.ofRefreshToken(token)).toBeUndefined();
      expect(await desk.sessions.rotate(aContext(), token)).toBeUndefined();
    }
  });

  it('cannot be changed after their end', async () => {
    const { sessionId } = await aSession();
    await desk.sessions.end(aContext(), sessionId, 'logout');
    expect(await store.change(sessionId, { usedAt: Date.now() })).toBe(false);
    expect(await store.get(sessionId)).toBeUndefined();
  });

  it('are changed by one of two writers with the same count of renewals', async () => {
    const { sessionId } = await aSession();
    const claim = () => store.change(sessionId, { renewals: 1 }, 0);
    expect((await Promise.all([claim(), claim()])).sort()).toEqual([false, true]);
    expect(await store.change(sessionId, { scopes: ['late'] }, 0)).toBe(false);
    expect(await store.change(sessionId, { scopes: ['mine'] }, 1)).toBe(true);
    expect(await store.get(sessionId)).toMatchObject({ renewals: 1, scopes: ['mine'] });
  });

  it.each([
    ['its session', (user: string) => ({ sessionId: `s-${user}` }), [true, false, false]],
    ['its user', (user: string) => ({ userId: user }), [true, true, true]],
    ['both', (user: string) => ({ userId: user, sessionId: `s-${user}` }), [true, false, true]],
    [
      'both, of which one is of another',
      (user: string) => ({ userId: `not-${user}`, sessionId: `s-${user}` }),
      [],
    ],
  ])('are ended by the id at their provider: %s', async (_, named, ended) => {
    const userId = userOf();
    const of = { provider: 'https://idp.example', providerUserId: userId };
    const ids: string[] = [];
    for (const name of [`s-${userId}`, `another-${userId}`, undefined]) {
      const session = { userId, kind: 'browser' as const, ...of, ...(name ? { providerSessionId: name } : {}) };
      ids.push((await desk.sessions.open(aContext(), session)).sessionId);
    }
    await desk.sessions.endOfProvider(aContext(), { provider: of.provider, ...named(userId) });
    const isThere = await Promise.all(ids.map(async (id) => (await store.get(id)) !== undefined));
    expect(isThere.map((is) => !is)).toEqual(ended.length ? ended : [false, false, false]);
    expect(ids.map((id) => desk.ends.has(id))).toEqual(isThere.map((is) => !is));
  });

  it.each(['', 'x', '__proto__', 'a'.repeat(65), `${'a'.repeat(64)}.`])(
    'are not found by the token %p',
    async (token) => {
      expect(await desk.sessions.ofRefreshToken(token)).toBeUndefined();
      expect(await desk.sessions.rotate(aContext(), token)).toBeUndefined();
    },
  );
});

(hasRedis ? describe : describe.skip)('sessions at gateways with a shared Redis', () => {
  it('publish their ends to all gateways and listeners, those from before a gateway started too', async () => {
    const [one, other] = [await connected(), await connected()];
    const here = sessionsOf(new SessionStoreRedis(one), one);
    const there = sessionsOf(new SessionStoreRedis(other), other);
    const { sessionId } = await here.sessions.open(aContext(), { userId: 'u-shared', kind: 'app' });
    const heard = new Promise((resolve) =>
      there.ends.onEnd(({ sessionId: id, reason }) => id === sessionId && resolve(reason)),
    );
    await here.sessions.end(aContext(), sessionId, 'logout');
    expect(here.ends.has(sessionId)).toBe(true);
    expect(await heard).toBe('logout');
    expect(there.ends.has(sessionId)).toBe(true);
    const late = sessionsOf(new SessionStoreRedis(other), other);
    await new Promise<void>((resolve) => late.ends.onEnd(({ sessionId: id }) => id === sessionId && resolve()));
    expect(late.ends.has(sessionId)).toBe(true);
    for (const { ends } of [here, there, late]) ends.onApplicationShutdown();
  });

  it('cannot be verified while Redis is down, which logs nobody out', async () => {
    const redis = await connections.lost();
    const { sessions, ends } = sessionsOf(new SessionStoreRedis(redis), redis);
    await expect(sessions.ofRefreshToken(newToken(newHandle()))).rejects.toMatchObject({
      code: 'OVERLOADED',
      headers: { 'retry-after': '1' },
    });
    ends.onApplicationShutdown();
  });
});

describe('the token of a session', () => {
  it('begins with a handle that the session id does not reveal', () => {
    const handle = newHandle();
    const token = newToken(handle);
    expect(token).toMatch(/^[\w-]{65}$/);
    expect(parseToken(token)).toEqual({ sessionId: sessionIdOf(handle), hash: expect.any(String) });
    expect(sessionIdOf(handle)).not.toContain(handle.slice(0, 8));
  });

  it('is required to decrypt what was encrypted with it', () => {
    const [secret, other] = [newToken(newHandle()), newToken(newHandle())];
    const box = sealed('words', secret, 'a use');
    expect(unsealed(box, secret, 'a use')).toBe('words');
    expect(() => unsealed(box, other, 'a use')).toThrow();
    expect(() => unsealed(box, secret, 'another use')).toThrow();
    expect(() => unsealed(`${box.slice(0, -2)}AA`, secret, 'a use')).toThrow();
  });
});
