import { generateKeyPairSync } from 'node:crypto';
import { createLogger } from '#libs/observe';
import { closeRedis, openRedis } from '#libs/redis';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from '#test/support/browser';
import { GatewayPair, type PairedGateway } from '#test/support/gateway-pair';
import { ConfiguredProvider } from '#test/support/provider-shop';
import { eventually } from '#libs/testing';
import request, { type Response } from 'supertest';

const ADA = { email: 'ada@example.com', password: 'analytical-engine' };
const newKey = () =>
  generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
  }) as string;
const oidc = await ConfiguredProvider.open();
const { provider } = oidc;
const pair = await GatewayPair.open(oidc.environment);
const onRedis = pair ? describe : describe.skip;

afterAll(async () => {
  await pair?.close();
  await oidc.close();
});

onRedis('two gateways, each a process', () => {
  const { one, other } = pair!;
  const post = (at: PairedGateway, path: string, body: object = {}, token?: string): Promise<Response> =>
    Promise.resolve(
      request(at.gateway.url)
        .post(path)
        .set(token ? { authorization: `Bearer ${token}` } : {})
        .send(body),
    );
  const me = async (at: PairedGateway, token: string) =>
    (await request(at.gateway.url).get('/v1/me').set('authorization', `Bearer ${token}`)).status;
  const logIn = async (at = one) => (await post(at, '/v1/auth/login', ADA)).body as Record<string, string>;
  /** Resolves to what the audit log of either has of an event. */
  const audited = (event: string) =>
    Promise.race([one, other].map(({ process }) => process.log.first({ audit: event })));

  /** Resolves when a gateway refuses a token. @returns after how long, in milliseconds */
  async function isRefused(at: PairedGateway, token: string): Promise<number> {
    const since = performance.now();
    await eventually(async () => (await me(at, token)) === 401);
    return performance.now() - since;
  }

  beforeAll(async () => void (await logIn()));

  it('rotate a refresh token once, of twenty who try at the same moment at both', async () => {
    const { refreshToken } = await logIn();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => post(i % 2 ? one : other, '/v1/auth/refresh', { refreshToken })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => body.refreshToken as string)).size).toBe(1);
    const [{ body }] = answers as [Response];
    expect((await post(other, '/v1/auth/refresh', { refreshToken: body.refreshToken })).status).toBe(200);
  });

  it('end the session of a token that was stolen: everybody is logged out at both within a second', async () => {
    const stolen = await logIn();
    const next = (await post(other, '/v1/auth/refresh', { refreshToken: stolen['refreshToken'] })).body;
    const latest = (await post(one, '/v1/auth/refresh', { refreshToken: next.refreshToken })).body;
    expect(await me(other, latest.accessToken)).toBe(200);
    expect((await post(one, '/v1/auth/refresh', { refreshToken: stolen['refreshToken'] })).status).toBe(401);
    for (const token of [stolen['accessToken']!, next.accessToken, latest.accessToken]) {
      expect(await me(one, token)).toBe(401);
      expect(await isRefused(other, token)).toBeLessThan(1_000);
    }
    expect((await post(other, '/v1/auth/refresh', { refreshToken: latest.refreshToken })).status).toBe(401);
    expect(await audited('refresh.reused')).toMatchObject({
      userId: 'u1',
      requestId: expect.any(String),
      address: '127.0.0.1',
    });
  });

  it('end all sessions of a user at both, by logout-all and by a new password', async () => {
    const eve = { name: 'Eve', email: 'eve@example.com', password: 'a phrase of her own' };
    await post(one, '/v1/auth/register', eve);
    const open = async (at: PairedGateway, password = eve.password) =>
      (await post(at, '/v1/auth/login', { email: eve.email, password })).body.accessToken as string;
    const [here, there] = [await open(one), await open(other)];
    expect((await post(one, '/v1/auth/logout-all', {}, here)).status).toBe(204);
    expect(await isRefused(other, there)).toBeLessThan(1_000);
    expect(await me(one, here)).toBe(401);

    const [mine, theirs] = [await open(one), await open(other)];
    const passwords = { currentPassword: eve.password, newPassword: 'another phrase of hers' };
    expect((await post(one, '/v1/auth/password', passwords, mine)).status).toBe(204);
    expect(await isRefused(other, theirs)).toBeLessThan(1_000);
    expect(await me(one, mine)).toBe(200);
    expect(await open(other, passwords.newPassword)).toBeDefined();
    expect(await audited('password.changed')).toMatchObject({ userId: expect.any(String) });
  });

  it('count guesses together', async () => {
    const guess = { email: 'grace@example.com', password: 'wrong' };
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => post(i % 2 ? one : other, '/v1/auth/login', guess)),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(5);
    expect(statuses.filter((status) => status === 429)).toHaveLength(15);
  });

  it('ask the provider once where a session must be renewed, however many requests it has at both', async () => {
    provider.statedSeconds = 0;
    const browser = new Browser(one.gateway.url);
    expect((await browser.logInAtProvider()).status).toBe(303);
    provider.statedSeconds = undefined;
    provider.person = { sub: 'u1', roles: ['customer', 'admin'] };
    const there = new Browser(other.gateway.url);
    for (const [name, value] of browser.cookies) there.cookies.set(name, value);
    const before = provider.requests.refreshes;
    // On a busy machine Redis may miss its 50 ms, and a renewal the deadline of its request: what was known is answered then, and
    // the renewal goes on. A browser that gets 503 comes back, as Retry-After tells it.
    const session = async (its: Browser): ReturnType<Browser['get']> => {
      const answer = await its.get('/bff/session');
      const isLate = answer.status === 503 || (answer.status === 200 && !answer.body.scopes.includes('admin'));
      return isLate ? session(its) : answer;
    };
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => session(i % 2 ? browser : there)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    for (const { body } of answers) expect(body.scopes).toContain('admin');
    expect(provider.requests.refreshes - before).toBe(1);
    provider.person = { sub: 'u1', roles: ['customer'] };
  });

  it('let go of a session that the provider has ended', async () => {
    provider.statedSeconds = 0;
    const browser = new Browser(one.gateway.url);
    await browser.logInAtProvider();
    provider.statedSeconds = undefined;
    provider.revokeAll();
    const there = new Browser(other.gateway.url);
    for (const [name, value] of browser.cookies) there.cookies.set(name, value);
    expect((await there.get('/bff/session')).status).toBe(401);
  });

  it('refuse logins and sessions with 503 while Redis is gone, never guess-free; tokens go on', async () => {
    const { accessToken, refreshToken } = await logIn();
    process.kill(pair!.redis.pid, 'SIGSTOP');
    const refreshed = await post(one, '/v1/auth/refresh', { refreshToken });
    expect([refreshed.status, refreshed.body.code, refreshed.headers['retry-after']]).toEqual([
      503,
      'OVERLOADED',
      '1',
    ]);
    expect((await new Browser(one.gateway.url).visit('/bff/login')).status).toBe(503);
    expect(await me(other, accessToken!)).toBe(200);
    const guesses = await Promise.all(
      Array.from({ length: 10 }, () =>
        post(one, '/v1/auth/login', { email: 'mary@example.com', password: 'wrong' }),
      ),
    );
    expect(guesses.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(5);
    expect(guesses.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(5);
    process.kill(pair!.redis.pid, 'SIGCONT');
    let answer = await post(one, '/v1/auth/refresh', { refreshToken });
    while (answer.status === 503) answer = await post(one, '/v1/auth/refresh', { refreshToken });
    expect(answer.status).toBe(200);
  });

  it('take a token of before and after the keys were rotated, and write that down', async () => {
    const before = await logIn();
    const rotated = await pair!.another(({ JWT_PRIVATE_KEY }) => ({
      JWT_PRIVATE_KEY: newKey(),
      JWT_RETIRED_KEYS: JWT_PRIVATE_KEY,
    }));
    await rotated.process.log.first({ audit: 'keys.rotated' });
    expect(await me(rotated, before['accessToken']!)).toBe(200);
    const after = (await post(rotated, '/v1/auth/refresh', { refreshToken: before['refreshToken'] })).body;
    expect(await me(rotated, after.accessToken)).toBe(200);
    // Those that have not been told of the new key yet do not take it: that is what JWT_NEXT_KEY is for.
    expect(await me(one, after.accessToken)).toBe(401);
    const { body } = await request(rotated.gateway.url).get('/.well-known/jwks.json');
    expect(body.keys).toHaveLength(2);
  });

  it('take the tokens of an outside issuer through a rotation of its keys, and while it is down', async () => {
    const old = provider.accessToken();
    for (const at of [one, other]) expect(await me(at, old)).toBe(200);
    provider.rotate();
    const valid = provider.accessToken();
    provider.failure = 503;
    for (const at of [one, other]) {
      // Nobody knows whether it is good: that is no reason to log somebody out.
      expect(await me(at, provider.accessToken({ jti: 'unseen' }))).toBe(503);
      expect(await me(at, old)).toBe(200);
    }
    provider.failure = undefined;
    for (const at of [one, other]) await eventually(async () => (await me(at, valid)) !== 503, { everyMs: 100 });
    for (const at of [one, other]) expect(await me(at, valid)).toBe(200);
    expect(provider.requests.keys).toBeLessThanOrEqual(8);
  });

  it('keep nothing in Redis that could be used', async () => {
    const tokens = await logIn();
    const browser = new Browser(one.gateway.url);
    await browser.logInAtProvider();
    const redis = await openRedis(pair!.redis.url, createLogger('spec', 'silent'), 5_000);
    await new Promise<void>((resolve) => void redis.once('ready', () => resolve()));
    const kept: unknown[] = [];
    for (const key of await redis.keys('atrium:*')) {
      const type = await redis.type(key);
      kept.push(key, type === 'hash' ? await redis.hgetall(key) : type === 'string' ? await redis.get(key) : '');
    }
    await closeRedis(redis);
    const text = JSON.stringify(kept);
    expect(text).toContain('atrium:session:');
    for (const secret of [tokens['refreshToken']!, ...browser.cookies.values()]) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(secret.slice(0, 22));
    }
    expect(text).not.toMatch(/eyJ[\w-]+\.[\w-]+\./);
  });
});
