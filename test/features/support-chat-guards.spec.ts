import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Access } from '#test/support/access';
import { ChatClient } from '#test/support/chat-client';
import { Client } from '#test/support/client';
import { Shop } from '#test/support/shop';
import { eventually } from '#libs/testing';
import request from 'supertest';
import { WebSocket } from 'ws';

const PAGE = 'https://shop.example';
const access = new Access();
const tokenOf = ({ authorization }: { authorization: string }) => authorization.replace('Bearer ', '');
let shop: Shop;
let ada: Client;
let grace: Client;
const open: { close(): void }[] = [];

beforeAll(async () => {
  shop = await Shop.open({
    JWT_PRIVATE_KEY: access.privateKey,
    CORS_ORIGINS: PAGE,
    MAX_STREAMS_PER_CALLER: '3',
    RATE_LIMIT: 'on',
    RATE_LIMIT_CUSTOMER: '40/3600',
  });
  [ada, grace] = await Promise.all([Client.of(shop, 'ada'), Client.of(shop, 'grace')]);
});
afterEach(async () => {
  for (const client of open.splice(0)) client.close();
  await eventually(async () => (await shop.metric(/^streams_open\{.*\} (\d+)$/m)) === 0);
});
afterAll(() => shop?.close());

const kept = <T extends { close(): void }>(client: T): T => {
  open.push(client);
  return client;
};
const connect = (token: string | undefined, options = {}) =>
  kept(ChatClient.open(shop.gateway.url, token, options));
const enter = async (token: string) => kept(await ChatClient.in(shop.gateway.url, token));
const url = () => `${shop.gateway.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`;

/** A socket without the library. */
async function raw(headers: Record<string, string> = {}) {
  const socket = kept(new WebSocket(url(), { headers }));
  socket.on('error', () => {});
  const closed = once(socket, 'close').then(([code]) => code as number);
  await once(socket, 'open');
  return { socket, closed };
}

describe('who connects to the rooms', () => {
  it.each([
    ['without a token', undefined, 'UNAUTHENTICATED'],
    ['with one that is none', 'nonsense', 'UNAUTHENTICATED'],
    ['with one that has expired', tokenOf(access.expired('u1')), 'UNAUTHENTICATED'],
  ])('is refused %s', async (_, token, code) => {
    const client = connect(token, { reconnection: false });
    const { message, data } = await client.until('(connect_error)');
    expect([message, data.code, data.status]).toEqual([code, code, 401]);
    expect(data.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([{}, { token: null }, { token: '' }])(
    'may have the token in a header, as any request, beside %j',
    async (auth) => {
      const client = connect(undefined, { auth, extraHeaders: { authorization: `Bearer ${ada.token}` } });
      await client.until('(connect)');
      expect((await client.send('leave', { orderId: 'o1' })).data).toEqual({ wasThere: false });
    },
  );

  it.each<[string, (token: string) => object]>([
    ['with its scheme', (token) => ({ token: `Bearer ${token}` })],
    ['with a line feed', (token) => ({ token: `${token}\n` })],
    ['as a header', (token) => ({ Authorization: `bearer ${token}` })],
    ['among headers', (token) => ({ headers: { Authorization: `Bearer ${token}` } })],
  ])('may give the token %s', async (_, auth) => {
    const client = connect(undefined, { auth: auth(ada.token!), reconnection: false });
    await client.decided();
    expect(client.all('(connect_error)')).toEqual([]);
  });

  it.each([
    [{ accessToken: 'x' }, 'Credentials in accessToken are not read: send auth: { token }.'],
    [{ token: 'x y' }, 'Authorization must be Bearer or DPoP, a space, and the token.'],
    [{ token: 7 }, 'Authorization must be Bearer or DPoP, a space, and the token.'],
    [{ token: 'x' }, 'The token is not valid.'],
    [{}, 'A token is required: auth: { token }.'],
  ])('is told what is wrong with %j, whatever the headers are', async (auth, detail) => {
    const extraHeaders = Object.keys(auth).length ? { authorization: `Bearer ${ada.token}` } : {};
    const client = connect(undefined, { auth, extraHeaders, reconnection: false });
    const { data } = await client.until('(connect_error)');
    expect(data).toMatchObject({ code: 'UNAUTHENTICATED', detail });
  });

  it('is asked where they come from', async () => {
    for (const [origin, status] of [
      ['https://evil.example', 403],
      [PAGE, 101],
    ] as const) {
      const socket = kept(new WebSocket(url(), { headers: { origin } }));
      socket.on('error', () => {});
      const answered = await Promise.race([
        once(socket, 'upgrade').then(() => 101),
        once(socket, 'unexpected-response').then(([, answer]) => (answer as { statusCode: number }).statusCode),
      ]);
      expect([origin, answered]).toEqual([origin, status]);
      socket.terminate();
    }
  });

  it('is told to use a WebSocket where they would poll', async () => {
    const { status, body } = await request(shop.gateway.url).get('/socket.io/?EIO=4&transport=polling');
    expect([status, body.code]).toEqual([426, 'UPGRADE_REQUIRED']);
    expect(body.detail).toContain("transports: ['websocket']");
  });

  it('is refused where they have too many streams', async () => {
    const token = tokenOf(access.of('u7'));
    for (let n = 0; n < 3; n += 1) await enter(token);
    const { message, data } = await connect(token, { reconnection: false }).until('(connect_error)');
    expect([message, data.status]).toEqual(['RATE_LIMITED', 429]);
  });

  it('needs the scope for what they ask', async () => {
    const client = await enter(tokenOf(access.of('u1', 'profile:read')));
    expect((await client.send('join', { orderId: 'o1' })).error!.code).toBe('FORBIDDEN');
  });

  it('may ask no more often than over REST', async () => {
    const client = await enter(tokenOf(access.of('u8')));
    for (;;) {
      const { error } = await client.send('leave', { orderId: 'o1' });
      if (!error) continue;
      expect(error).toMatchObject({ code: 'RATE_LIMITED', detail: expect.stringContaining('customer') });
      break;
    }
    const { status } = await request(shop.gateway.url).get('/v1/orders').set(access.of('u8'));
    expect(status).toBe(429);
  });

  it('is cut where they say nothing for three seconds', async () => {
    const { closed } = await raw();
    expect(await closed).toBe(1005);
  });
});

describe('a connection to the rooms ends', () => {
  it('with its token, and its client comes back with a new one', async () => {
    const tokens = [tokenOf(access.expiring('u1')), ada.token];
    const client = connect(undefined, { auth: (give: (auth: object) => void) => give({ token: tokens.shift() }) });
    expect(await client.until('end')).toEqual({ reason: 'expired' });
    await client.until('(connect)', 2);
    // What was said meanwhile is asked for anew: with the old token it would not have been told.
    expect(client.socket.recovered).toBe(false);
  });

  it('with its session, and its client does not come back', async () => {
    const { body } = await Client.anonymous(shop).post('/v1/auth/login', {
      email: 'ada@example.com',
      password: 'analytical-engine',
    });
    const client = await enter(body.accessToken as string);
    await Client.anonymous(shop).post('/v1/auth/logout', { refreshToken: body.refreshToken });
    expect(await client.until('end')).toEqual({ reason: 'logout' });
    await client.until('(disconnect)');
    expect(client.socket.active).toBe(false);
  });

  it('at the word of an operator, who sees it and can speak to it', async () => {
    const client = await enter(ada.token!);
    const admin = { authorization: `Bearer ${grace.token}` };
    const operator = request(shop.gateway.adminUrl);
    const { body: text } = await operator.post('/admin/broadcast').set(admin).send({ message: 'hello' });
    expect(text).toEqual({ received: 1 });
    expect(await client.until('broadcast')).toEqual({ message: 'hello' });
    const { body } = await operator.get('/admin/streams').set(admin);
    expect(body.streams).toMatchObject([{ route: '/socket.io/', callerId: 'u1' }]);
    await operator.delete(`/admin/streams/${body.streams[0].id}`).set(admin);
    expect(await client.until('end')).toEqual({ reason: 'operator' });
    await client.until('(connect)', 2);
  });

  it('has one access line, with the id of its upgrade', async () => {
    const { socket, closed } = await raw({ 'x-request-id': 'r-chat', authorization: `Bearer ${ada.token}` });
    socket.close();
    await closed;
    const line = await shop.logs.gateway.first({ requestId: 'r-chat', msg: 'request' });
    expect(line).toMatchObject({ method: 'GET', route: '/socket.io/', status: 101, callerId: 'u1' });
  });
});

describe('a message that nothing handles', () => {
  it('is acknowledged with NOT_FOUND, and refused where no acknowledgement is asked for', async () => {
    const client = await enter(tokenOf(access.of('u9')));
    expect((await client.send('jion', { orderId: 'o1' })).error).toMatchObject({
      code: 'NOT_FOUND',
      instance: 'jion',
      requestId: expect.any(String),
    });
    client.socket.emit('x'.repeat(5_000));
    expect(await client.until('refused')).toMatchObject({ event: 'x'.repeat(100), error: { code: 'NOT_FOUND' } });
  });
});

describe('a message of bytes', () => {
  it.each([
    ['is refused as a whole', Buffer.from([1, 2]), 'body'],
    ['is refused by its field', { orderId: 'o1', clientId: 'c1', text: Buffer.from([1, 2]) }, 'text'],
  ])('%s', async (_, body, field) => {
    const client = await enter(tokenOf(access.of('u10')));
    const { error } = await client.send('message', body);
    expect(error).toMatchObject({ code: 'BAD_REQUEST', errors: [{ field, message: expect.any(String) }] });
  });
});
