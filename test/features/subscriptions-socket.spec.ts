import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '#test/support/client';
import { Shop } from '#test/support/shop';
import { createClient, GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import { WebSocket } from 'ws';

let shop: Shop;
let ada: Client;

beforeAll(async () => {
  shop = await Shop.open(
    { CORS_ORIGINS: 'https://shop.example', MAX_STREAMS_PER_CALLER: '4' },
    { ORDER_STEP_MS: '40' },
  );
  ada = await Client.of(shop, 'ada');
});
afterAll(() => shop?.close());

const url = () => `${shop.gateway.url.replace('http', 'ws')}/graphql`;
const place = async (): Promise<string> =>
  (await ada.post('/v1/orders', { lines: [{ productId: 'p1', quantity: 1 }] })).body.id as string;
const ORDER = 'subscription ($id: ID!) { orderStatus(id: $id) { status percent } }';

const clientOf = (token: string | undefined) =>
  createClient({
    url: url(),
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: token ? { authorization: `Bearer ${token}` } : {},
  });

/** A socket that speaks for itself. */
async function raw(headers: Record<string, string> = {}, protocol: string = GRAPHQL_TRANSPORT_WS_PROTOCOL) {
  const socket = new WebSocket(url(), protocol, { headers });
  const closed = once(socket, 'close').then(([code]) => code as number);
  const messages: { type: string; id?: string; payload?: unknown }[] = [];
  socket.on('message', (data) =>
    messages.push(JSON.parse((data as Buffer).toString()) as (typeof messages)[number]),
  );
  socket.on('error', () => {});
  await Promise.race([once(socket, 'open'), closed]);
  const send = (message: object | string) =>
    socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  const until = async (type: string) => {
    while (!messages.some((message) => message.type === type)) await once(socket, 'message');
    return messages.find((message) => message.type === type)!;
  };
  return { socket, closed, messages, send, until };
}

const init = (token = ada.token) => ({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });

describe('a subscription over a WebSocket', () => {
  it('tells the moves of an order, and completes', async () => {
    const client = clientOf(ada.token);
    const seen: unknown[] = [];
    for await (const { data } of client.iterate({ query: ORDER, variables: { id: await place() } }))
      seen.push(data);
    expect(seen).toEqual(
      ['PLACED', 'PAID', 'PACKED', 'SHIPPED', 'DELIVERED'].map((status, index) => ({
        orderStatus: { status, percent: index * 25 },
      })),
    );
    await client.dispose();
  });

  const persistedQuery = { version: 1, sha256Hash: 'mobile/home' };
  it.each<[string, object]>([
    ['their id, with an empty query', { documentId: 'mobile/home', query: '' }],
    ['their id alone', { documentId: 'mobile/home' }],
    ['their id, with null', { documentId: 'mobile/home', query: null }],
    ['a persisted query, with an empty query', { query: '', extensions: { persistedQuery } }],
    ['a persisted query alone', { extensions: { persistedQuery } }],
  ])('runs queries and mutations, too, and trusted operations by %s', async (_, payload) => {
    const { send, until, socket, messages } = await raw();
    send(init());
    await until('connection_ack');
    send({ id: '1', type: 'subscribe', payload });
    await Promise.race([until('complete'), once(socket, 'close')]);
    expect(messages.find(({ id, type }) => id === '1' && type === 'next')?.payload).toMatchObject({
      data: { home: { recentOrders: expect.any(Array) } },
    });
    socket.close();
  });

  it('is not opened by a message that names no document', async () => {
    const { send, until, closed } = await raw();
    send(init());
    await until('connection_ack');
    send({ id: '1', type: 'subscribe', payload: { variables: { query: 'documentId' } } });
    expect(await closed).toBe(4400);
  });

  it.each([
    ['who is not known', undefined, ORDER, 'UNAUTHENTICATED'],
    ['what is not there', 'ada', 'subscription { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['what cannot be read', 'ada', 'subscription {', 'GRAPHQL_PARSE_FAILED'],
    [
      'too expensive a document',
      'ada',
      `subscription { ${Array.from({ length: 31 }, (_, n) => `a${n}: notifications { id }`).join(' ')} }`,
      'GRAPHQL_TOO_MANY_ROOT_FIELDS',
    ],
    ['no such order', 'ada', ORDER, 'NOT_FOUND'],
  ])('is refused with the code that it has everywhere: %s', async (_, who, query, code) => {
    const client = clientOf(who && ada.token);
    const failure = await client
      .iterate({ query, variables: { id: 'nothing' } })
      .next()
      .then(
        ({ value }) => value.errors as unknown,
        (error: unknown) => error,
      );
    expect(failure).toMatchObject([{ extensions: { code, requestId: expect.any(String) } }]);
    await client.dispose();
  });

  it('counts as a stream of its caller, and ends where they log out', async () => {
    const { body } = await Client.anonymous(shop).post('/v1/auth/login', {
      email: 'ada@example.com',
      password: 'analytical-engine',
    });
    const socket = await raw();
    socket.send(init(body.accessToken as string));
    await socket.until('connection_ack');
    expect(await shop.metric(/^streams_open\{route="\/graphql"\} (\d+)$/m)).toBe(1);
    await Client.anonymous(shop).post('/v1/auth/logout', { refreshToken: body.refreshToken });
    expect(await socket.closed).toBe(4401);
    expect(await shop.metric(/^streams_open\{route="\/graphql"\} (\d+)$/m)).toBe(0);
  });

  it('are limited for each caller', async () => {
    const sockets = await Promise.all(Array.from({ length: 5 }, () => raw()));
    for (const { send } of sockets) send(init());
    expect(await Promise.race(sockets.map(({ closed }) => closed))).toBe(1013);
    for (const { socket } of sockets) socket.close();
    await Promise.all(sockets.map(({ closed }) => closed));
  });
});

describe('a socket', () => {
  it('is opened after a slash at the end of the path, too', async () => {
    const socket = new WebSocket(`${url()}/`, GRAPHQL_TRANSPORT_WS_PROTOCOL);
    await expect(once(socket, 'open')).resolves.toEqual([]);
    socket.close();
  });
});

describe('a socket that misbehaves', () => {
  it.each([
    ['no JSON', '{', 4400],
    ['a message of no known kind', { type: 'hello' }, 4400],
    ['a result, as servers send them', { id: '1', type: 'next', payload: { data: {} } }, 4400],
    ['errors, as servers send them', { id: '1', type: 'error', payload: [{ message: 'a' }] }, 4400],
    ["a server's acknowledgement", { type: 'connection_ack' }, 4400],
    ['a question before who is known', { id: '1', type: 'subscribe', payload: { query: '{ me { id } }' } }, 4401],
    ['a token that is none', { type: 'connection_init', payload: { authorization: 'Bearer x' } }, 4403],
    ['more than may be', 'x'.repeat(70_000), 1009],
  ])('is closed with the code of the protocol: %s', async (_, message, code) => {
    const { send, closed } = await raw();
    send(message);
    expect(await closed).toBe(code);
  });

  it('that says who it is twice is closed with 4429, and one that says nothing with 4408', async () => {
    const twice = await raw();
    const silent = await raw();
    twice.send(init());
    twice.send(init());
    expect(await twice.closed).toBe(4429);
    expect(await silent.closed).toBe(4408);
  });

  it('with binary frames, frames that are none, or that goes at once, harms nobody', async () => {
    const binary = await raw();
    binary.socket.send(Buffer.from([0xff, 0xfe, 0x00]));
    expect(await binary.closed).toBe(4400);
    const broken = await raw();
    (broken.socket as unknown as { _socket: { write(data: Buffer): void } })._socket.write(
      Buffer.from('ffffffff', 'hex'),
    );
    expect(await broken.closed).toBe(1002);
    for (let n = 0; n < 50; n += 1)
      new WebSocket(url(), GRAPHQL_TRANSPORT_WS_PROTOCOL).on('error', () => {}).terminate();
    expect((await ada.get('/v1/me')).status).toBe(200);
  });

  it.each([
    ['a page of another origin', { origin: 'https://evil.example' }, 403],
    ['a page of ours', { origin: 'https://shop.example' }, 101],
  ])('is asked where it comes from: %s', async (_, headers, status) => {
    const socket = new WebSocket(url(), GRAPHQL_TRANSPORT_WS_PROTOCOL, { headers });
    const answered = await Promise.race([
      once(socket, 'upgrade').then(() => 101),
      once(socket, 'unexpected-response').then(([, answer]) => (answer as { statusCode: number }).statusCode),
    ]);
    expect(answered).toBe(status);
    socket.on('error', () => {}).terminate();
  });

  it('has one access line, with the id of its upgrade, when it is over', async () => {
    const { socket, closed } = await raw({ 'x-request-id': 'r-socket' });
    socket.close();
    await closed;
    const line = await shop.logs.gateway.first({ requestId: 'r-socket', msg: 'request' });
    expect(line).toMatchObject({ method: 'GET', route: '/graphql', status: 101 });
  });

  it('is not opened by another method than GET, which is answered as what it is without', async () => {
    const { hostname, port } = new URL(shop.gateway.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      'POST /graphql HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 9\r\n\r\n',
    );
    const [data] = (await once(socket, 'data')) as [Buffer];
    expect(data.toString()).toMatch(/^HTTP\/1\.1 415 /);
    await once(socket, 'close');
  });

  it('elsewhere is answered as what it is without', async () => {
    const socket = new WebSocket(`${url().replace('/graphql', '')}/v1/products`, 'x');
    const [, answer] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
    expect(answer.statusCode).toBe(200);
    socket.on('error', () => {}).terminate();
  });
});
