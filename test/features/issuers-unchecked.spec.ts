import { once } from 'node:events';
import { anIssuerKey } from '#libs/testing';
import { ChatClient } from '#test/support/chat-client';
import { IssuerShop } from '#test/support/issuer-shop';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import request from 'supertest';
import { WebSocket } from 'ws';

const opened = await IssuerShop.open({ METRICS_TOKEN: 'prometheus-of-this-test-0123456789' });
const { shop, issuer } = opened;
afterAll(() => opened.close());
const { url } = shop.gateway;
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** A socket of graphql-ws. @returns with what it was closed */
async function closedWith(
  headers: Record<string, string>,
  payload?: object,
): Promise<[code: number, reason: string]> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, GRAPHQL_TRANSPORT_WS_PROTOCOL, { headers });
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload }));
  const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
  return [code, reason.toString()];
}

it('METRICS_TOKEN, which is opaque too, is shown to no issuer', async () => {
  const { adminUrl } = shop.gateway;
  const token = 'prometheus-of-this-test-0123456789';
  expect((await request(adminUrl).get('/metrics').set(bearer(token))).status).toBe(200);
  // By a scraper with another port or path.
  expect((await request(adminUrl).get('/admin/health').set(bearer(token))).status).toBe(401);
  expect((await request(url).get('/v1/me').set(bearer(token))).status).toBe(401);
  expect(issuer.requests.introspection).toBe(0);
  expect((await request(adminUrl).get('/admin/health').set(bearer('opaque-token-of-nobody'))).status).toBe(401);
  expect(issuer.requests.introspection).toBe(1);
});

it('an API key is shown to no issuer, wherever it is sent as a token, and that is said', async () => {
  const key = `atrium_key_0123456789abcdef_${'k'.repeat(43)}`;
  const detail = 'An API key is no token: send it as X-API-Key.';
  const before = issuer.requests.introspection;
  for (const scheme of ['Bearer', 'bearer', 'DPoP'])
    for (const sent of [key, `${key}x`, key.slice(0, -1)]) {
      const { status, body } = await request(url)
        .get('/v1/me')
        .set({ authorization: `${scheme} ${sent}` });
      expect([status, body.detail]).toEqual([401, scheme === 'DPoP' ? expect.any(String) : detail]);
    }
  expect(await closedWith({}, { authorization: `Bearer ${key}` })).toEqual([4403, detail]);
  expect(await closedWith(bearer(key))).toEqual([4403, detail]);
  expect(issuer.requests.introspection).toBe(before);
});

it('no token of a session is shown to an issuer, used or not, as which its opaque tokens may look', async () => {
  const post = (path: string, body: object) =>
    request(url).post(path).set({ origin: url, 'x-csrf': '1' }).send(body);
  const ada = { email: 'ada@example.com', password: 'analytical-engine' };
  const { refreshToken } = (await post('/v1/auth/login', ada)).body;
  const next = (await post('/v1/auth/refresh', { refreshToken })).body.refreshToken;
  const [cookie] = (await post('/bff/login', ada)).get('Set-Cookie')!;
  const before = issuer.requests.introspection;
  for (const token of [refreshToken, next, /=([\w-]{65});/.exec(cookie!)![1]!]) {
    expect((await request(url).get('/v1/me').set(bearer(token))).status).toBe(401);
    expect(
      (
        await request(url)
          .get('/v1/me')
          .set({ authorization: `DPoP ${token}` })
      ).status,
    ).toBe(401);
    expect(await closedWith({}, bearer(token))).toEqual([4403, 'The token is not valid.']);
  }
  expect(issuer.requests.introspection).toBe(before);
  const alike = issuer.opaqueToken({ sub: 'usr_ada' }, `${'o'.repeat(64)}-`);
  expect((await request(url).get('/v1/orders').set(bearer(alike))).status).toBe(200);
});

describe('a token that cannot be checked since its issuer is down', () => {
  // A key of its own, so that no key that is known fits.
  const unknown = () => issuer.token({ jti: crypto.randomUUID() }, {}, anIssuerKey());
  afterEach(() => void (issuer.failure = undefined));

  it('is answered 503 with when to come back, and never invalid_token', async () => {
    issuer.failure = 503;
    for (const token of [unknown(), issuer.opaqueToken()])
      for (const send of [
        request(url).get('/v1/home'),
        request(url).get('/v1/products'),
        request(url).post('/graphql').send({ query: '{ me { id } }' }),
        request(url).get('/v1/events').set('accept', 'text/event-stream'),
      ]) {
        const { status, headers, body } = await send.set(bearer(token));
        expect([status, Number(headers['retry-after']) >= 1]).toEqual([503, true]);
        expect(headers['www-authenticate']).toBeUndefined();
        expect(JSON.stringify(body)).toContain('OVERLOADED');
      }
  });

  it('keeps nobody from what looks at no token', async () => {
    issuer.failure = 503;
    expect((await request(url).get('/.well-known/jwks.json').set(bearer(unknown()))).status).toBe(200);
    const wrong = { email: 'ada@example.com', password: 'analytical-engine' };
    expect((await request(url).post('/v1/auth/login').set(bearer(unknown())).send(wrong)).status).toBe(200);
  });

  it('closes a GraphQL socket with 1013, whether the upgrade has it or the first message', async () => {
    issuer.failure = 503;
    expect(await closedWith(bearer(unknown()))).toEqual([1013, 'OVERLOADED']);
    expect(await closedWith({}, bearer(unknown()))).toEqual([1013, 'OVERLOADED']);
    expect(await closedWith({}, bearer('nonsense.of.nobody'))).toEqual([1013, 'OVERLOADED']);
    issuer.failure = undefined;
    expect((await closedWith({}, bearer('nonsense.of.nobody')))[0]).toBe(4403);
  });

  it('is told a Socket.IO client as OVERLOADED', async () => {
    issuer.failure = 503;
    for (const options of [{ extraHeaders: bearer(unknown()) }, { auth: { token: unknown() } }]) {
      const client = ChatClient.open(url, undefined, { reconnection: false, ...options });
      try {
        await client.decided();
        expect(client.all('(connect_error)')).toMatchObject([{ data: { code: 'OVERLOADED' } }]);
      } finally {
        client.close();
      }
    }
  });
});
