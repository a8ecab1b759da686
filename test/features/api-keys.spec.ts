import { Access } from '#test/support/access';
import { ChatClient } from '#test/support/chat-client';
import { Follower } from '#test/support/follower';
import { Shop } from '#test/support/shop';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';

const access = new Access();
let shop: Shop;
beforeAll(async () => {
  const limits = { RATE_LIMIT: 'on', RATE_LIMIT_PARTNER: '50/36000' };
  shop = await Shop.open({ JWT_PRIVATE_KEY: access.privateKey, ...limits });
});
afterAll(() => shop?.close());

interface Made {
  id: string;
  key: string;
  [member: string]: unknown;
}
const admin = (method: 'get' | 'post' | 'patch' | 'delete', path = '') =>
  request(shop.gateway.adminUrl)[method](`/admin/api-keys${path}`).set(access.admin);
const make = async (given: object = {}): Promise<Made> => {
  const body = { name: 'Warehouse', scopes: ['orders:read', 'orders:write', 'profile:read'], ...given };
  return (await admin('post').send(body)).body as Made;
};
const at = () => request(shop.gateway.url);
const withKey = (key: string) => ({ 'x-api-key': key });

describe('a partner with an API key', () => {
  it('has what its scopes allow, by every door, and nothing else', async () => {
    const { id, key } = await make();
    const line = { productId: 'p1', quantity: 1 };
    const placed = await at()
      .post('/v1/orders')
      .set(withKey(key))
      .send({ lines: [line] });
    expect(placed.status).toBe(201);
    const query = '{ orders { nodes { id } } }';
    const { body } = await at().post('/graphql').set(withKey(key)).send({ query });
    expect(body).toEqual({ data: { orders: { nodes: [{ id: (placed.body as { id: string }).id }] } } });
    expect((await at().patch('/v1/me').set(withKey(key)).send({})).status).toBe(403);
    expect(shop.logs.gateway.with({ callerId: `api-key|${id}` }).length).toBeGreaterThan(0);
  });

  it('has limits of its own, key by key', async () => {
    const [one, other] = [await make(), await make()];
    const left = async ({ key }: Made) =>
      (await at().get('/v1/orders').set(withKey(key))).headers['ratelimit'] as string;
    expect(await left(one)).toMatch(/^"partner";r=48;/);
    expect(await left(one)).toMatch(/^"partner";r=46;/);
    expect(await left(other)).toMatch(/^"partner";r=48;/);
    const graphql = await at().post('/graphql').set(withKey(one.key)).send({ query: '{ products { total } }' });
    expect(graphql.headers['ratelimit-policy']).toContain('"partner";q=50;w=36000');
    const limits = await request(shop.gateway.adminUrl).get(`/admin/limits?apiKey=${other.id}`).set(access.admin);
    expect((limits.body as { buckets: object[] }).buckets).toMatchObject([{ policy: 'partner', remaining: 48 }]);
  });

  it('has a limit of its own where the operator set one, by every door and beside all others', async () => {
    const limited = await make({ rateLimit: { limit: 6, windowSeconds: 36_000 } });
    const [generous, other] = [await make({ rateLimit: { limit: 100, windowSeconds: 3_600 } }), await make()];
    const send = ({ key }: Made) => at().get('/v1/orders').set(withKey(key));
    const policies = [];
    for (const key of [limited, generous, other]) policies.push((await send(key)).headers['ratelimit-policy']);
    expect(policies).toEqual(['"partner";q=6;w=36000', '"partner";q=100;w=3600', '"partner";q=50;w=36000']);
    const query = '{ orders { nodes { id } } }';
    const graphql = await at().post('/graphql').set(withKey(limited.key)).send({ query });
    expect(graphql.headers['ratelimit']).toMatch(/^"partner";r=2;/);
    const limits = await request(shop.gateway.adminUrl)
      .get(`/admin/limits?apiKey=${limited.id}`)
      .set(access.admin);
    expect((limits.body as { buckets: object[] }).buckets).toMatchObject([
      { policy: 'partner', limit: 6, windowMs: 36_000_000, remaining: 2 },
    ]);
    expect((await send(limited)).status).toBe(200);
    const refused = await send(limited);
    expect([refused.status, (refused.body as { code: string }).code]).toEqual([429, 'RATE_LIMITED']);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    for (const key of [generous, other]) expect((await send(key)).status).toBe(200);
  });

  it('has another limit at once where the operator changes it', async () => {
    const { id, key } = await make({ rateLimit: { limit: 6, windowSeconds: 36_000 } });
    const policy = async () => (await at().get('/v1/orders').set(withKey(key))).headers['ratelimit-policy'];
    const change = (body: object, of = id) => admin('patch', `/${of}`).send(body);
    expect(await policy()).toBe('"partner";q=6;w=36000');
    const rateLimit = { limit: 90, windowSeconds: 60 };
    const changed = await change({ rateLimit, name: 'Shop floor' });
    expect([changed.status, changed.body]).toMatchObject([200, { id, rateLimit, name: 'Shop floor' }]);
    expect(changed.body).not.toHaveProperty('key');
    expect(await policy()).toBe('"partner";q=90;w=60');
    expect((await change({ rateLimit: null })).body).toMatchObject({ rateLimit: null, name: 'Shop floor' });
    expect(await policy()).toBe('"partner";q=50;w=36000');
    const refused = [await change({ scopes: ['admin'] }), await change({ rateLimit }, 'nothing')];
    expect(refused.map(({ status }) => status)).toEqual([400, 404]);
    expect(shop.logs.gateway.with({ audit: 'api-key.changed', keyId: id })).toHaveLength(2);
  });

  it('comes to sockets and streams with it, until it is ended', async () => {
    const { id, key } = await make({ userId: 'u1' });
    const chat = ChatClient.open(shop.gateway.url, undefined, { extraHeaders: withKey(key), reconnection: false });
    await chat.decided();
    expect(chat.all('(connect_error)')).toEqual([]);
    const follower = await Follower.open(
      `${shop.gateway.url}/v1/events`,
      undefined,
      undefined,
      undefined,
      withKey(key),
    );
    expect(follower.status).toBe(200);
    expect((await admin('delete', `/${id}`)).status).toBe(204);
    await follower.closed;
    expect(follower.events.at(-1)).toMatchObject({ event: 'end', data: { reason: 'revoked' } });
    await chat.until('(disconnect)');
    chat.close();
    expect((await at().get('/v1/orders').set(withKey(key))).status).toBe(401);
    expect((await admin('delete', `/${id}`)).status).toBe(404);
  });

  it('cannot change what needs a login', async () => {
    const { key } = await make({ userId: 'u1', scopes: ['profile:write'] });
    const passwords = { currentPassword: 'x', newPassword: 'a phrase of their own' };
    const answer = await at().post('/v1/auth/password').set(withKey(key)).send(passwords);
    expect([answer.status, (answer.body as { code: string }).code]).toEqual([401, 'STEP_UP_REQUIRED']);
  });

  it.each([['nonsense'], [''], [`atrium_key_${'0'.repeat(16)}_${'A'.repeat(43)}`]])(
    'is refused with the key %p, also where none is needed',
    async (key) => {
      for (const path of ['/v1/orders', '/v1/products']) {
        const { status, body, headers } = await at().get(path).set(withKey(key));
        expect([status, (body as { code: string }).code]).toEqual([401, 'UNAUTHENTICATED']);
        expect(headers['www-authenticate']).toMatch(/^Bearer/);
      }
    },
  );

  it('brings one credential', async () => {
    const { key } = await make();
    const answer = await at()
      .get('/v1/orders')
      .set({ ...withKey(key), ...access.of('u1') });
    expect([answer.status, (answer.body as { code: string }).code]).toEqual([400, 'BAD_REQUEST']);
  });

  it('is no operator', async () => {
    const { key } = await make();
    const answer = await request(shop.gateway.adminUrl).get('/admin/api-keys').set(withKey(key));
    expect(answer.status).toBe(403);
  });
});

describe('an operator', () => {
  it('makes a key, which is shown once, and sees when it was used', async () => {
    const made = await make({ expiresInDays: 30 });
    expect(made).toMatchObject({ name: 'Warehouse', userId: null, lastUsedAt: null, replacedBy: null });
    const days = (Date.parse(made['expiresAt'] as string) - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(30);
    await at().get('/v1/orders').set(withKey(made.key));
    const { body, text } = await admin('get');
    const found = (body as { apiKeys: Made[] }).apiKeys.find(({ id }) => id === made.id)!;
    expect(Date.parse(found['lastUsedAt'] as string)).not.toBeNaN();
    expect([text.includes(made.key), 'hash' in found]).toEqual([false, false]);
    const { headers } = await admin('post').send({ name: 'x', scopes: ['a'] });
    expect(headers['cache-control']).toBe('no-store');
  });

  it('replaces a key, and both are good until the overlap is over', async () => {
    const old = await make();
    const answer = await admin('post').send({ replaces: old.id, overlapSeconds: 3_600 });
    const next = answer.body as Made;
    expect([answer.status, next['scopes']]).toEqual([201, old['scopes']]);
    for (const { key } of [old, next]) expect((await at().get('/v1/orders').set(withKey(key))).status).toBe(200);
    expect((await admin('post').send({ replaces: old.id })).status).toBe(409);
    const last = await admin('post').send({ replaces: next.id, overlapSeconds: 0 });
    expect(last.status).toBe(201);
    expect((await at().get('/v1/orders').set(withKey(next.key))).status).toBe(401);
  });

  it('gives a key a limit of its own, which the next one has unless it is given another', async () => {
    const rateLimit = { limit: 70, windowSeconds: 60 };
    const old = await make({ rateLimit });
    const next = (await admin('post').send({ replaces: old.id })).body as Made;
    const more = { limit: 700, windowSeconds: 60 };
    const last = (await admin('post').send({ replaces: next.id, rateLimit: more })).body as Made;
    const limits = [old, next, last, await make()].map((made) => made['rateLimit']);
    expect(limits).toEqual([rateLimit, rateLimit, more, null]);
  });

  it('gives the next key a life of its own where it is asked to', async () => {
    const old = await make();
    const before = Date.now();
    const next = (await admin('post').send({ replaces: old.id, expiresInDays: 2 })).body as Made;
    const lifeMs = Date.parse(String(next['expiresAt'])) - before;
    expect(Math.floor(lifeMs / 86_400_000)).toBe(2);
  });

  it.each<[object, number, string]>([
    [{}, 400, 'name'],
    [{ name: 'x', scopes: ['a'], rateLimit: '5/60' }, 400, 'rateLimit'],
    [{ name: 'x', scopes: ['a'], rateLimit: { limit: 5 } }, 400, 'rateLimit.windowSeconds'],
    [{ name: 'x', scopes: ['a'], rateLimit: { limit: '5', windowSeconds: 60 } }, 400, 'rateLimit.limit'],
    [{ name: 'x', scopes: ['a'], rateLimit: { limit: 1.5, windowSeconds: 60 } }, 400, 'rateLimit.limit'],
    [{ name: 'x', scopes: ['a'], rateLimit: { limit: 5, windowSeconds: 60, burst: 1 } }, 400, 'rateLimit.burst'],
    [{ name: 'x', scopes: ['a'], rateLimit: { limit: 0, windowSeconds: 60 } }, 422, 'rateLimit.limit'],
    [{ name: 'x', scopes: ['a'], rateLimit: { limit: 5, windowSeconds: 86_401 } }, 422, 'rateLimit.windowSeconds'],
    [{ name: 'x' }, 400, 'scopes'],
    [{ name: 'x', scopes: ['admin'] }, 422, 'scopes.0'],
    [{ name: 'x', scopes: ['two words'] }, 422, 'scopes.0'],
    [{ name: 'x', scopes: [] }, 422, 'scopes'],
    [{ name: '', scopes: ['a'] }, 422, 'name'],
    [{ name: 'x', scopes: ['a'], userId: 'no id' }, 422, 'userId'],
    [{ name: 'x', scopes: ['a'], expiresInDays: 0 }, 422, 'expiresInDays'],
    [{ name: 'x', scopes: ['a'], overlapSeconds: 1 }, 400, 'overlapSeconds'],
    [{ replaces: 'x', scopes: ['a'] }, 400, 'scopes'],
    [{ name: 'x', scopes: ['a'], key: 'mine' }, 400, 'key'],
  ])('is told what is wrong with %j', async (body, status, field) => {
    const answer = await admin('post').send(body);
    expect([answer.status, (answer.body as { errors: { field: string }[] }).errors[0]!.field]).toEqual([
      status,
      field,
    ]);
  });

  it('finds in the audit log who made and ended keys', async () => {
    const { id } = await make();
    await admin('delete', `/${id}`);
    for (const audit of ['api-key.created', 'api-key.ended'])
      expect(shop.logs.gateway.with({ audit, keyId: id, userId: 'u2' })).toHaveLength(1);
  });
});
