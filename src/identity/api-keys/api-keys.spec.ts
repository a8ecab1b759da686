import { Audit } from '#gateway/identity/audit/audit';
import { SessionEnds } from '#gateway/identity/sessions/session-ends';
import { createLogger } from '#libs/observe';
import type { Redis } from '#libs/redis';
import { aContext, eventually, ownRedisForTests, redisConnections } from '#libs/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { apiKeyIdIn, newApiKey } from './api-key.ts';
import { ApiKeyStoreMemory } from './api-key-store.memory.ts';
import { ApiKeyStoreRedis } from './api-key-store.redis.ts';
import type { ApiKeyStore } from './api-key-store.ts';
import { ApiKeys } from './api-keys.ts';

const server = await ownRedisForTests();
const hasRedis = !('skip' in server);
const connections = redisConnections();
afterEach(() => void jest.restoreAllMocks());
afterAll(async () => {
  await connections.close();
  if (hasRedis) await server.stop();
});

const log: string[] = [];
const audit = new Audit(createLogger('spec', 'info', { write: (line: string) => void log.push(line) }));
const keysIn = (store: ApiKeyStore, ends = new SessionEnds(null)) => new ApiKeys(store, ends, audit);

const PLACES: [string, () => Promise<{ store: ApiKeyStore; redis?: Redis }>][] = [
  ['in memory', async () => ({ store: new ApiKeyStoreMemory() })],
];
if (hasRedis)
  PLACES.push([
    'in Redis',
    async () => {
      const redis = await connections.connected((server as { url: string }).url);
      return { store: new ApiKeyStoreRedis(redis), redis };
    },
  ]);

describe.each(PLACES)('an API key %s', (_, open) => {
  let store: ApiKeyStore;
  let redis: Redis | undefined;
  let keys: ApiKeys;
  beforeAll(async () => {
    ({ store, redis } = await open());
    keys = keysIn(store);
  });
  const aKey = (given: object = {}) =>
    keys.create(aContext(), { name: 'Warehouse', scopes: ['orders:read'], ...given });

  it('authenticates its partner as a caller with the scopes of the key', async () => {
    const { apiKey, key } = await aKey();
    const { id } = apiKey;
    expect(await keys.callerOf(key)).toEqual({
      id: `api-key|${id}`,
      apiKeyId: id,
      scopes: ['orders:read'],
      sessionId: `api-key ${id}`,
    });
  });

  it('keeps a changed limit, and none once it is removed', async () => {
    const { apiKey, key } = await aKey();
    const rateLimit = { limit: 5, windowMs: 1_000 };
    expect(await keys.change(aContext(), apiKey.id, { rateLimit, name: 'Yard' })).toMatchObject({ rateLimit });
    expect(await keys.callerOf(key)).toMatchObject({ rateLimit });
    const { lastUsedAt: _, ...changed } = (await keys.change(aContext(), apiKey.id, { rateLimit: null }))!;
    expect(changed).toEqual({ ...apiKey, name: 'Yard' });
    expect(await keys.callerOf(key)).not.toHaveProperty('rateLimit');
    expect(await keys.change(aContext(), 'nothing', { rateLimit })).toBeUndefined();
  });

  it('may act as a user', async () => {
    const { key } = await aKey({ userId: 'auth0|5f7c' });
    expect(await keys.callerOf(key)).toMatchObject({ id: 'auth0|5f7c' });
  });

  it('has its own rate limit if one was set, and keeps it when it is replaced', async () => {
    const rateLimit = { limit: 5, windowMs: 60_000 };
    const { apiKey, key } = await aKey({ rateLimit });
    expect(await keys.callerOf(key)).toMatchObject({ rateLimit });
    const next = await keys.replace(aContext(), apiKey.id, 0);
    expect(await keys.callerOf(next.key)).toMatchObject({ rateLimit });
    const more = { limit: 500, windowMs: 60_000 };
    const last = await keys.replace(aContext(), next.apiKey.id, 0, { rateLimit: more });
    expect(await keys.callerOf(last.key)).toMatchObject({ rateLimit: more });
    expect((await keys.all()).find(({ id }) => id === last.apiKey.id)!.rateLimit).toEqual(more);
  });

  it('is stored as a hash, and never shown again', async () => {
    const { apiKey, key } = await aKey();
    const kept = redis
      ? await Promise.all((await redis.keys('atrium:api-key:*')).map((name) => redis!.hgetall(name)))
      : await store.all();
    expect(JSON.stringify(kept)).toContain(apiKey.id);
    expect(JSON.stringify([kept, log])).not.toContain(key.slice(-43));
  });

  it.each([
    ['with another secret', (key: string) => key.slice(0, -43) + newApiKey().key.slice(-43)],
    ['with another id', (key: string) => newApiKey().key.slice(0, -43) + key.slice(-43)],
    ['that was cut', (key: string) => key.slice(0, -1)],
    ['with an appended character', (key: string) => `${key}A`],
    ['without its secret', (key: string) => apiKeyIdIn(key)!],
    ['that is empty', () => ''],
  ])('is refused %s', async (_name, change) => {
    const { key } = await aKey();
    expect(await keys.callerOf(change(key))).toBeUndefined();
    expect(await keys.callerOf(key)).toBeDefined();
    expect(await keys.callerOf(change(key))).toBeUndefined();
  });

  it('ends its streams and sockets when it expires', async () => {
    const { apiKey, key } = await aKey({ expiresAt: Date.now() + 60_000 });
    expect(await keys.callerOf(key)).toMatchObject({ expiresAt: apiKey.expiresAt });
    jest.spyOn(Date, 'now').mockReturnValue(apiKey.expiresAt!);
    expect(await keys.callerOf(key)).toBeUndefined();
  });

  it('is replaced by one with the same rights, and stays valid during the overlap', async () => {
    const { apiKey, key } = await aKey({ userId: 'u1' });
    const before = Date.now();
    const made = await keys.replace(aContext(), apiKey.id, 3_600_000);
    expect(made.apiKey).toMatchObject({ name: 'Warehouse', scopes: ['orders:read'], userId: 'u1' });
    expect([await keys.callerOf(key), await keys.callerOf(made.key)]).toMatchObject([{ id: 'u1' }, { id: 'u1' }]);
    const old = (await store.get(apiKey.id))!;
    expect(old.replacedBy).toBe(made.apiKey.id);
    expect(old.expiresAt! - before >= 3_600_000 && old.expiresAt! - before < 3_660_000).toBe(true);
    await expect(keys.replace(aContext(), apiKey.id, 0)).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(keys.replace(aContext(), 'nobody', 0)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    jest.spyOn(Date, 'now').mockReturnValue(old.expiresAt!);
    expect([await keys.callerOf(key), await keys.callerOf(made.key)]).toMatchObject([undefined, { id: 'u1' }]);
  });

  it('lives as long as the one that it replaces, unless it is given another life', async () => {
    const dayMs = 86_400_000;
    const createdAt = Date.now();
    const clock = jest.spyOn(Date, 'now').mockReturnValue(createdAt);
    const { apiKey } = await aKey({ expiresAt: createdAt + 30 * dayMs });
    clock.mockReturnValue(createdAt + 29 * dayMs);
    const next = await keys.replace(aContext(), apiKey.id, 3_600_000);
    expect((await store.get(next.apiKey.id))!.expiresAt).toBe(createdAt + 59 * dayMs);
    const last = await keys.replace(aContext(), next.apiKey.id, 0, { lifeMs: dayMs });
    expect((await store.get(last.apiKey.id))!.expiresAt).toBe(createdAt + 30 * dayMs);
    await keys.end(aContext(), next.apiKey.id);
    await keys.end(aContext(), last.apiKey.id);
    jest.restoreAllMocks();
    const eternal = await aKey();
    expect((await keys.replace(aContext(), eternal.apiKey.id, 0)).apiKey).not.toHaveProperty('expiresAt');
  });

  it('is replaced once, also by concurrent requests', async () => {
    const { apiKey } = await aKey({ name: 'Contended' });
    const all = await Promise.allSettled([1, 2, 3].map(() => keys.replace(aContext(), apiKey.id, 3_600_000)));
    const made = all.flatMap((one) => (one.status === 'fulfilled' ? [one.value.apiKey.id] : []));
    expect(made).toHaveLength(1);
    for (const one of all) if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'CONFLICT' });
    expect((await store.get(apiKey.id))!.replacedBy).toBe(made[0]);
    const valid = (await keys.all()).filter(({ name }) => name === 'Contended').map(({ id }) => id);
    expect(valid.sort()).toEqual([apiKey.id, made[0]!].sort());
  });

  it('stays as it is where nothing is changed', async () => {
    const { apiKey } = await aKey();
    expect(await keys.change(aContext(), apiKey.id, {})).toEqual(apiKey);
    expect(await keys.change(aContext(), 'nothing', {})).toBeUndefined();
  });

  it('is valid until it expires by our clock, though that of Redis is hours ahead', async () => {
    const now = Date.now;
    jest.spyOn(Date, 'now').mockImplementation(() => now() - 8 * 3_600_000);
    const { apiKey, key } = await aKey({ expiresAt: Date.now() + 3_600_000 });
    await keys.change(aContext(), apiKey.id, { name: 'Depot' });
    expect(await keys.callerOf(key)).toMatchObject({ apiKeyId: apiKey.id });
  });

  it('keeps its earlier expiry when it is replaced', async () => {
    const expiresAt = Date.now() + 60_000;
    const { apiKey } = await aKey({ expiresAt });
    await keys.replace(aContext(), apiKey.id, 3_600_000);
    expect((await store.get(apiKey.id))!.expiresAt).toBe(expiresAt);
  });

  it('records its last use, at most once a minute', async () => {
    const { apiKey, key } = await aKey();
    const used = async () => (await store.get(apiKey.id))!.lastUsedAt;
    const change = jest.spyOn(store, 'change');
    const now = Date.now();
    const clock = jest.spyOn(Date, 'now').mockReturnValue(now);
    for (let i = 0; i < 3; i += 1) await keys.callerOf(key);
    clock.mockReturnValue(now + 59_999);
    await keys.callerOf(key);
    await Promise.all(change.mock.results.map(({ value }) => value as Promise<boolean>));
    expect([change.mock.calls.length, await used()]).toEqual([1, now]);
    clock.mockReturnValue(now + 60_000);
    await keys.callerOf(key);
    await Promise.all(change.mock.results.map(({ value }) => value as Promise<boolean>));
    expect(await used()).toBe(now + 60_000);
  });

  it('is refused at once after its revocation, at gateways with a cached copy too', async () => {
    const { apiKey, key } = await aKey();
    const ends = new SessionEnds(redis ?? null);
    const [here, there] = [keysIn(store, ends), keysIn(store, redis ? new SessionEnds(redis) : ends)];
    expect(await there.callerOf(key)).toBeDefined();
    expect(await here.end(aContext(), apiKey.id)).toBe(true);
    expect(await here.callerOf(key)).toBeUndefined();
    await eventually(async () => !(await there.callerOf(key)));
    expect(await here.end(aContext(), apiKey.id)).toBe(false);
    ends.onApplicationShutdown();
  });

  it('is listed oldest first until it is revoked', async () => {
    const now = Date.now();
    const clock = jest.spyOn(Date, 'now');
    const made = [];
    for (const name of ['one', 'two', 'three']) {
      clock.mockReturnValue(now + made.length);
      made.push(await aKey({ name }));
    }
    await keys.end(aContext(), made[1]!.apiKey.id);
    const names = (await keys.all()).slice(-2).map(({ name }) => name);
    expect(names).toEqual(['one', 'three']);
  });
});

if (hasRedis) {
  describe('API keys while Redis is down', () => {
    it('cannot be verified, and are not reported as invalid', async () => {
      const keys = keysIn(new ApiKeyStoreRedis(await connections.lost()));
      await expect(keys.callerOf(newApiKey().key)).rejects.toMatchObject({ code: 'OVERLOADED' });
    });

    it('are removed from the index after they expire', async () => {
      const redis = await connections.connected((server as { url: string }).url);
      const keys = keysIn(new ApiKeyStoreRedis(redis));
      const { apiKey } = await keys.create(aContext(), { name: 'x', scopes: ['a'], expiresAt: Date.now() - 1 });
      await keys.all();
      expect(await redis.sismember('atrium:api-keys', apiKey.id)).toBe(0);
    });
  });
}
