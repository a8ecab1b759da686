import type { Redis } from '#libs/redis';
import { aContext, eventually, ownRedisForTests, redisConnections } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IDLE_MS } from './session.ts';
import { SessionStoreMemory } from './session-store.memory.ts';
import { SessionStoreRedis } from './session-store.redis.ts';
import type { SessionStore } from './session-store.ts';
import { sessionsOf } from './sessions.fixture.ts';

const server = await ownRedisForTests();
const connections = redisConnections();
const connected = () => connections.connected((server as { url: string }).url);
const onRedis = 'skip' in server ? describe.skip : describe;

afterAll(async () => {
  await connections.close();
  if ('stop' in server) await server.stop();
});

const userOf = (() => {
  let n = 0;
  return () => `user-${(n += 1)}`;
})();

const PLACES: [string, () => Promise<Redis | null>][] = [
  ['in memory', async () => null],
  ...('skip' in server ? [] : ([['in Redis', connected]] as [string, () => Promise<Redis>][])),
];

describe.each(PLACES)('sessions of one user %s', (_, open) => {
  let store: SessionStore;
  let redis: Redis | null;

  beforeAll(async () => {
    redis = await open();
    store = redis ? new SessionStoreRedis(redis) : new SessionStoreMemory();
  });

  it('are limited: the oldest ends as a new one begins, with an audit event', async () => {
    const few = sessionsOf(store, redis, 3);
    const userId = userOf();
    const other = await few.sessions.open(aContext(), { userId: userOf(), kind: 'app' });
    const all = [];
    for (let i = 0; i < 5; i += 1) {
      all.push((await few.sessions.open(aContext(), { userId, kind: i % 2 ? 'app' : 'browser' })).sessionId);
      // Sessions of one millisecond have no order.
      await new Promise((resolve) => void setTimeout(resolve, 2));
    }
    expect((await few.sessions.ofUser(userId)).map(({ sessionId }) => sessionId)).toEqual(all.slice(2).reverse());
    const ended = few.log.filter(({ audit }) => audit === 'session.ended');
    expect(ended.map(({ sessionId, reason }) => [sessionId, reason])).toEqual([
      [all[0], 'limit'],
      [all[1], 'limit'],
    ]);
    expect(all.map((id) => few.ends.has(id))).toEqual([true, true, false, false, false]);
    expect(await store.get(other.sessionId)).toBeDefined();
    few.ends.onApplicationShutdown();
  });

  it('are limited even if many begin at once; each ends once', async () => {
    const few = sessionsOf(store, redis, 3);
    const userId = userOf();
    const opened = await Promise.all(
      Array.from({ length: 20 }, () => few.sessions.open(aContext(), { userId, kind: 'app' })),
    );
    const left = await few.sessions.ofUser(userId);
    expect(left).toHaveLength(3);
    const ended = few.log.filter(({ audit }) => audit === 'session.ended').map(({ sessionId }) => sessionId);
    expect([...ended, ...left.map(({ sessionId }) => sessionId)].sort()).toEqual(
      opened.map(({ sessionId }) => sessionId).sort(),
    );
    few.ends.onApplicationShutdown();
  });

  it('do not count after their end', async () => {
    const few = sessionsOf(store, redis, 3);
    const userId = userOf();
    const open = () => few.sessions.open(aContext(), { userId, kind: 'app' });
    const first = await open();
    for (let i = 0; i < 10; i += 1) await few.sessions.end(aContext(), (await open()).sessionId, 'logout');
    const lapsed = await open();
    await store.change(lapsed.sessionId, { usedAt: Date.now() - IDLE_MS });
    await Promise.all([open(), open()]);
    expect(await few.sessions.ofRefreshToken(first.token)).toMatchObject({ userId });
    expect(few.log.filter(({ reason }) => reason === 'limit')).toEqual([]);
    few.ends.onApplicationShutdown();
  });
});

onRedis('sessions of one user at gateways with a shared Redis', () => {
  it('are limited even if many begin at both at once; both know which ended', async () => {
    const desks = await Promise.all(
      [1, 2].map(async () => {
        const redis = await connected();
        return sessionsOf(new SessionStoreRedis(redis), redis, 5);
      }),
    );
    const userId = userOf();
    const opened = await Promise.all(
      Array.from({ length: 40 }, (_, i) => desks[i % 2]!.sessions.open(aContext(), { userId, kind: 'app' })),
    );
    const left = (await desks[0]!.sessions.ofUser(userId)).map(({ sessionId }) => sessionId);
    expect(left).toHaveLength(5);
    const ended = desks.flatMap(({ log }) => log.map(({ sessionId }) => sessionId));
    expect([...ended, ...left].sort()).toEqual(opened.map(({ sessionId }) => sessionId).sort());
    await eventually(() => ended.every((id) => desks.every(({ ends }) => ends.has(id as string))));
    for (const { ends } of desks) ends.onApplicationShutdown();
  });

  it('keep the index from growing', async () => {
    const redis = await connected();
    const { sessions, ends } = sessionsOf(new SessionStoreRedis(redis), redis, 5);
    const userId = userOf();
    const provider = { provider: 'https://idp.example', providerUserId: userId };
    for (let i = 0; i < 30; i += 1) {
      const { sessionId } = await sessions.open(aContext(), { userId, kind: 'browser', ...provider });
      await sessions.end(aContext(), sessionId, 'logout');
    }
    expect(await redis.zcard(`atrium:sessions-of-user:${userId}`)).toBeLessThanOrEqual(5);
    expect(await redis.zcard(`atrium:sessions-of-provider:https://idp.example sub ${userId}`)).toBeLessThanOrEqual(
      5,
    );
    ends.onApplicationShutdown();
  });
});
