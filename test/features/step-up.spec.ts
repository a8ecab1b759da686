/**
 * It marks use cases of the gateway, which no other suite may see.
 * @jest-environment node
 */
import { Fresh } from '#gateway/declare/access';
import { Access } from '#test/support/access';
import { ChatClient } from '#test/support/chat-client';
import { eventually } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient } from 'graphql-ws';
import request from 'supertest';
import { WebSocket } from 'ws';

// Declared before the doors that lead there are read.
const LATELY = { maxAgeSeconds: 300 };
const [{ UpdateProfile }, { GetHome }, { FollowNotifications }, { ReadMessages }] = await Promise.all([
  import('#gateway/features/account/update-profile'),
  import('#gateway/features/home/get-home'),
  import('#gateway/features/events/follow-notifications'),
  import('#gateway/features/support/read-messages'),
]);
for (const useCase of [UpdateProfile, GetHome, FollowNotifications, ReadMessages]) Fresh(LATELY)(useCase);
const { Shop } = await import('#test/support/shop');
const { Browser } = await import('#test/support/browser');

const access = new Access();
let shop: Awaited<ReturnType<typeof Shop.open>>;
beforeAll(async () => {
  shop = await Shop.open({ JWT_PRIVATE_KEY: access.privateKey });
});
afterAll(() => shop?.close());

const [stale, fresh] = [access.stale('u1'), access.of('u1')];
const CHALLENGE = /^Bearer error="insufficient_user_authentication", error_description="[^"]+", max_age="300"$/;
const at = () => request(shop.gateway.url);
const codeOf = (body: unknown) => {
  const { code, errors } = body as { code?: string; errors?: { extensions: { code: string } }[] };
  return code ?? errors?.[0]?.extensions.code;
};

const HOME = '{ home { user { id } } }';
const UPDATE = 'mutation { updateProfile(input: { name: "Ada" }) { user { id } } }';
const NOTIFICATIONS = 'subscription { notifications { id } }';
const ways: [string, () => request.Test][] = [
  ['REST', () => at().get('/v1/home')],
  ['REST, a write', () => at().patch('/v1/me').send({ name: 'Ada' })],
  ['REST, a poll', () => at().get('/v1/events?wait=0')],
  ['GraphQL', () => at().post('/graphql').send({ query: HOME })],
  ['GraphQL, a write', () => at().post('/graphql').send({ query: UPDATE })],
  ['GraphQL by GET', () => at().get(`/graphql?query=${encodeURIComponent(HOME)}`)],
  [
    'GraphQL by fragments',
    () =>
      at()
        .post('/graphql')
        .send({ query: 'query { ...Root } fragment Root on Query { a: home { user { id } } }' }),
  ],
  [
    'GraphQL by way of Apollo',
    () =>
      at()
        .post('/graphql')
        .send({ query: HOME, extensions: { unknown: true } }),
  ],
  ['GraphQL by QUERY', () => at()['query' as 'post']('/graphql').send({ query: HOME })],
  ['a trusted operation', () => at().post('/graphql').send({ documentId: 'web/home' })],
  ['a view', () => at().get('/v1/views/web/home')],
];

describe('what needs a recent login', () => {
  it.each(ways)('is refused to a caller who logged in an hour ago: %s', async (_, send) => {
    const { status, headers, body } = await send().set(stale);
    expect([status, codeOf(body)]).toEqual([401, 'STEP_UP_REQUIRED']);
    expect(headers['www-authenticate']).toMatch(CHALLENGE);
  });

  it.each(ways)('is there for one who has just logged in: %s', async (_, send) => {
    const { status, body } = await send().set(fresh);
    expect([status < 300, codeOf(body)]).toEqual([true, undefined]);
  });

  it('is refused to nobody for that who may not be there at all', async () => {
    expect(codeOf((await at().patch('/v1/me').set(access.of('u1', 'profile:read')).send({})).body)).toBe(
      'FORBIDDEN',
    );
    expect(codeOf((await at().get('/v1/home')).body)).toBe('UNAUTHENTICATED');
  });

  it('is the strictest of all root fields of an operation, wherever it stands', async () => {
    const mutation = `mutation { deleteAccount { ok } ${UPDATE.slice('mutation { '.length)}`;
    const { headers } = await at().post('/graphql').set(stale).send({ query: mutation });
    expect(headers['www-authenticate']).toMatch(CHALLENGE);
  });

  it('is asked of nobody who lacks a scope of another root field, and all of those are named', async () => {
    const challenge = async (query: string, scope: string) =>
      (await at().post('/graphql').set(access.stale('u1', scope)).send({ query })).headers['www-authenticate'];
    const lacks = (scopes: string) => `Bearer error="insufficient_scope", scope="${scopes}"`;
    expect(await challenge('{ me { id } orders { nodes { id } } }', 'x')).toBe(lacks('profile:read orders:read'));
    const mutation = UPDATE.replace(/}$/, 'cancelOrder(input: { id: "o1" }) { __typename } }');
    expect(await challenge(mutation, 'profile:write')).toBe(lacks('orders:write'));
  });

  it.each([
    ['server-sent events', () => at().get('/v1/events').set('accept', 'text/event-stream')],
    [
      'a subscription by server-sent events',
      () => at().post('/graphql').set('accept', 'text/event-stream').send({ query: NOTIFICATIONS }),
    ],
  ])('is no stream: %s', async (_, send) => {
    const { status, headers } = await send().set(stale);
    expect([status, headers['www-authenticate']]).toEqual([401, expect.stringMatching(CHALLENGE)]);
  });

  it('is refused at a GraphQL socket, operation by operation', async () => {
    const send = async (query: string, { authorization }: { authorization: string }): Promise<unknown> => {
      const url = `${shop.gateway.url.replace('http', 'ws')}/graphql`;
      const client = createClient({
        url,
        webSocketImpl: WebSocket,
        retryAttempts: 0,
        connectionParams: { authorization },
      });
      try {
        for await (const { data, errors } of client.iterate({ query }))
          return errors?.[0]?.extensions?.['code'] ?? data;
      } catch (errors) {
        return (errors as { extensions: { code: string } }[])[0]!.extensions.code;
      } finally {
        await client.dispose();
      }
      return undefined;
    };
    for (const query of [HOME, UPDATE, NOTIFICATIONS]) expect(await send(query, stale)).toBe('STEP_UP_REQUIRED');
    expect(await send('{ me { id } }', stale)).toEqual({ me: { id: 'u1' } });
    expect(await send(HOME, fresh)).toEqual({ home: { user: { id: 'u1' } } });
  });

  it('is refused at Socket.IO, message by message', async () => {
    const { body } = await at().get('/v1/orders?first=1').set(fresh);
    const orderId = (body as { items: { id: string }[] }).items[0]!.id;
    const join = async ({ authorization }: { authorization: string }) => {
      const client = ChatClient.open(shop.gateway.url, authorization.slice(7), { reconnection: false });
      try {
        await client.decided();
        return ((await client.send('join', { orderId })).error as { code: string } | undefined)?.code;
      } finally {
        client.close();
      }
    };
    expect([await join(stale), await join(fresh)]).toEqual(['STEP_UP_REQUIRED', undefined]);
  });
});

describe('changing a password', () => {
  const passwords = { currentPassword: 'wrong', newPassword: 'a phrase of their own' };
  const change = (headers: object) =>
    at()
      .post('/v1/auth/password')
      .set(headers as Record<string, string>)
      .send(passwords);

  it('needs a login within fifteen minutes, before the current password is looked at', async () => {
    const { status, headers, body } = await change(stale);
    expect([status, codeOf(body)]).toEqual([401, 'STEP_UP_REQUIRED']);
    expect(headers['www-authenticate']).toContain('max_age="900"');
    expect((await change(fresh)).status).toBe(422);
  });

  it('goes by when an app has logged in, not by when it had its last token', async () => {
    const ada = { email: 'ada@example.com', password: 'analytical-engine' };
    const first = (await at().post('/v1/auth/login').send(ada)).body as {
      accessToken: string;
      refreshToken: string;
    };
    const { refreshToken } = first;
    // Past the second of the login: its token says which that was.
    const second = Math.floor(Date.now() / 1000);
    await eventually(() => Math.floor(Date.now() / 1000) !== second, { everyMs: 50 });
    const next = (await at().post('/v1/auth/refresh').send({ refreshToken })).body as typeof first;
    const authTimes = [first, next].map(({ accessToken }) => {
      const payload = Buffer.from(accessToken.split('.')[1]!, 'base64url').toString();
      return (JSON.parse(payload) as { auth_time: number }).auth_time;
    });
    expect(authTimes[0]).toBe(authTimes[1]);
    expect(Math.abs(authTimes[0]! - Date.now() / 1000)).toBeLessThan(60);
  });

  it('is possible with a cookie right after the login', async () => {
    const browser = Browser.at(shop);
    await browser.post('/bff/login', { email: 'ada@example.com', password: 'analytical-engine' });
    expect((await browser.post('/v1/auth/password', passwords)).status).toBe(422);
  });
});
