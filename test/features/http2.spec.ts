import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { type ClientHttp2Session, connect, constants, type IncomingHttpHeaders } from 'node:http2';
import { request } from 'node:https';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Access } from '#test/support/access';
import { certificateFiles } from '#test/support/certificate';
import { Shop } from '#test/support/shop';
import { eventually } from '#libs/testing';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { WebSocket } from 'ws';

const { NGHTTP2_CANCEL, NGHTTP2_ENHANCE_YOUR_CALM } = constants;
const access = new Access();
const { files, authority, remove } = certificateFiles();
const sessions: ClientHttp2Session[] = [];
let shop: Shop;

beforeAll(async () => {
  shop = await Shop.open({ ...files, JWT_PRIVATE_KEY: access.privateKey }, { ORDER_STEP_MS: '40' });
});
afterEach(() => {
  for (const session of sessions.splice(0)) session.destroy();
});
afterAll(async () => {
  await shop?.close();
  remove();
});

async function open(): Promise<ClientHttp2Session> {
  const { port } = new URL(shop.gateway.url);
  const session = connect(`https://localhost:${port}`, { ca: authority, host: '127.0.0.1' });
  session.on('error', () => {});
  sessions.push(session);
  await once(session, 'remoteSettings');
  return session;
}

/** Asks, and reads to the end. */
async function send(session: ClientHttp2Session, headers: Record<string, string>, body?: object) {
  const stream = session.request({
    ':path': '/v1/products',
    ...access.of('u1'),
    ...(body ? { ':method': 'POST', 'content-type': 'application/json' } : {}),
    ...headers,
  });
  stream.end(body ? JSON.stringify(body) : undefined);
  const [responseHeaders] = (await once(stream, 'response')) as [IncomingHttpHeaders];
  const text = (await stream.setEncoding('utf8').toArray()).join('');
  return { status: responseHeaders[':status'], headers: responseHeaders, text };
}

/** The events of a stream. */
async function follow(session: ClientHttp2Session, path: string) {
  const stream = session.request({ ':path': path, accept: 'text/event-stream', ...access.of('u1') });
  const [headers] = (await once(stream, 'response')) as [IncomingHttpHeaders];
  const events: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => void events.push(event) });
  stream.setEncoding('utf8').on('data', (piece: string) => parser.feed(piece));
  const ended = new Promise((resolve) => stream.once('close', resolve));
  return { stream, headers, events, ended };
}

const place = async (session: ClientHttp2Session): Promise<string> => {
  const { text } = await send(session, { ':path': '/v1/orders' }, { lines: [{ productId: 'p1', quantity: 1 }] });
  return (JSON.parse(text) as { id: string }).id;
};

/** Begins a body, and never ends it. @returns the status it is answered with */
const begin = (session: ClientHttp2Session): Promise<number> =>
  new Promise((resolve) => {
    const stream = session.request(
      { ':method': 'POST', ':path': '/v1/auth/login', 'content-type': 'application/json' },
      { endStream: false },
    );
    stream.on('error', () => {});
    stream.once('response', (headers) => resolve(Number(headers[':status'])));
    stream.write('{');
  });

describe('a gateway with a certificate', () => {
  it('answers over HTTP/2 as it does over HTTP/1.1', async () => {
    const session = await open();
    expect(session.alpnProtocol).toBe('h2');
    const { status, headers, text } = await send(session, { ':path': '/v1/products?pageSize=2' });
    expect([status, headers['content-type'], headers['x-request-id']]).toEqual([
      200,
      'application/json; charset=utf-8',
      expect.any(String),
    ]);
    const { port } = new URL(shop.gateway.url);
    const pending = request({
      port,
      host: '127.0.0.1',
      servername: 'localhost',
      path: '/v1/products?pageSize=2',
      ca: authority,
    });
    pending.end();
    const [answer] = (await once(pending, 'response')) as [IncomingMessage];
    expect(answer.httpVersion).toBe('1.1');
    for (const responseHeaders of [headers, answer.headers])
      expect(responseHeaders['strict-transport-security']).toBe('max-age=31536000; includeSubDomains');
    const atAdmin = await fetch(`${shop.gateway.adminUrl}/metrics`);
    expect([atAdmin.status, atAdmin.headers.get('strict-transport-security')]).toEqual([200, null]);
    expect((await answer.setEncoding('utf8').toArray()).join('')).toBe(text);
  });

  it('answers GraphQL, and refuses as ever', async () => {
    const session = await open();
    const { text } = await send(session, { ':path': '/graphql' }, { query: '{ me { id } }' });
    expect(JSON.parse(text)).toEqual({ data: { me: { id: 'u1' } } });
    expect((await send(session, { ':path': '/v1/me', authorization: 'Bearer none' })).status).toBe(401);
    expect((await send(session, { ':path': '/nowhere' })).status).toBe(404);
    expect((await send(session, { ':path': '/v1/orders' }, { lines: 7 })).status).toBe(400);
  });

  it('answers preconditions, and QUERY', async () => {
    const session = await open();
    const me = { ':path': '/v1/me' };
    const etag = (await send(session, me)).headers['etag']!;
    for (const method of ['GET', 'HEAD']) {
      const known = await send(session, { ...me, ':method': method, 'if-none-match': etag });
      expect([known.status, known.text, known.headers['content-length']]).toEqual([304, '', undefined]);
    }
    const patch = (match: string) =>
      send(session, { ...me, ':method': 'PATCH', 'if-match': match }, { name: 'Ada' });
    expect((await patch('"nosuch"')).status).toBe(412);
    expect((await patch(etag)).status).toBe(200);
    const queried = await send(session, { ':method': 'QUERY' }, { pageSize: 2 });
    expect([queried.status, queried.headers['content-location']]).toEqual([200, '/v1/products?pageSize=2']);
  });

  it('streams an order over HTTP/2, each event as it happens', async () => {
    const session = await open();
    const { headers, events, ended } = await follow(session, `/v1/orders/${await place(session)}/events`);
    expect(headers).toMatchObject({
      ':status': 200,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
    });
    await ended;
    const moves = events.filter(({ event }) => event === 'status').map(({ data }) => JSON.parse(data).status);
    expect(moves).toEqual(['PLACED', 'PAID', 'PACKED', 'SHIPPED', 'DELIVERED']);
    expect(events.at(-1)).toMatchObject({ event: 'end' });
  });

  it('has many streams over one connection, and counts those that are open', async () => {
    const session = await open();
    const clocks = await Promise.all(Array.from({ length: 15 }, () => follow(session, '/v1/events/clock')));
    expect(await shop.metric(/^streams_open\{route="\/v1\/events\/clock"\} (\d+)$/m)).toBe(15);
    for (const { stream } of clocks) stream.close(NGHTTP2_CANCEL);
    await eventually(async () => (await shop.metric(/^streams_open\{.*\} (\d+)$/m)) === 0);
    expect(await shop.metric(/^shedding_in_flight (\d+)$/m)).toBe(0);
  });

  it('takes WebSockets, by way of HTTP/1.1', async () => {
    const socket = new WebSocket(`${shop.gateway.url.replace('https', 'wss')}/graphql`, 'graphql-transport-ws', {
      ca: authority,
      headers: access.of('u1'),
      // The certificate is for another name than the address.
      checkServerIdentity: () => undefined as never,
    });
    await once(socket, 'open');
    socket.send('{"type":"connection_init"}');
    const [data] = (await once(socket, 'message')) as [Buffer];
    expect(data.toString()).toBe('{"type":"connection_ack"}');
    socket.terminate();
  });

  it('says where WebSockets are spoken: not over HTTP/2, which has no upgrades', async () => {
    const { status, text, headers } = await send(await open(), { ':path': '/socket.io/?EIO=4' });
    expect([status, headers['upgrade']]).toEqual([400, undefined]);
    expect(JSON.parse(text)).toMatchObject({ code: 'BAD_REQUEST', detail: expect.stringMatching(/HTTP\/1\.1/) });
  });

  it('answers others on a connection that half of its requests block with bodies that do not end', async () => {
    const session = await open();
    const first = begin(session);
    for (let n = 0; n < 128; n += 1) void begin(session);
    expect((await send(session, { ':path': '/v1/me' })).status).toBe(200);
    expect(await first).toBe(503);
    session.destroy();
  });

  it('answers 200 requests with bodies at once', async () => {
    const session = await open();
    const all = Array.from({ length: 200 }, () =>
      send(session, { ':path': '/graphql' }, { query: '{ __typename }' }),
    );
    expect(new Set((await Promise.all(all)).map(({ status }) => status))).toEqual(new Set([200]));
  });

  it('is not moved by who opens and cancels requests on and on', async () => {
    const session = await open();
    for (let n = 0; n < 2_000 && !session.destroyed; n += 1) {
      const stream = session.request({ ':path': '/v1/home', ...access.of('u1') });
      stream.on('error', () => {});
      stream.close(NGHTTP2_CANCEL);
      if (n % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await send(await open(), { ':path': '/v1/me' })).status).toBe(200);
    await eventually(async () => (await shop.metric(/^shedding_in_flight (\d+)$/m)) === 0);
  });

  it('sends away who does not read', async () => {
    const session = await open();
    session.settings({ initialWindowSize: 0 });
    await once(session, 'localSettings');
    const { ended, stream } = await follow(session, '/v1/events/clock');
    const write = async () =>
      fetch(`${shop.gateway.adminUrl}/admin/broadcast`, {
        method: 'POST',
        headers: { ...access.admin, 'content-type': 'application/json' },
        body: JSON.stringify({ message: 'x'.repeat(2_000) }),
      });
    while ((await shop.metric(/^streams_ended_total\{reason="overflow"\} (\d+)$/m)) === 0) await write();
    await ended;
    expect(stream.destroyed).toBe(true);
  });

  it('refuses headers that are too long, and knows no cleartext', async () => {
    const session = await open();
    const refused = session.request({ ':path': '/v1/me', 'x-long': 'x'.repeat(20_000), ...access.of('u1') });
    await expect(once(refused, 'response')).rejects.toThrow('NGHTTP2_ENHANCE_YOUR_CALM');
    expect(refused.rstCode).toBe(NGHTTP2_ENHANCE_YOUR_CALM);
    // Its neighbours on the connection are answered.
    expect((await send(session, { ':path': '/v1/me' })).status).toBe(200);
    const { port } = new URL(shop.gateway.url);
    await expect(fetch(`http://127.0.0.1:${port}/livez`)).rejects.toThrow();
  });
});

describe('a gateway with a certificate that stops', () => {
  it('tells connections of HTTP/2 to go, and streams to come back', async () => {
    const other = await Shop.open({ ...files, JWT_PRIVATE_KEY: access.privateKey });
    const { port } = new URL(other.gateway.url);
    const session = connect(`https://localhost:${port}`, { ca: authority, host: '127.0.0.1' });
    session.on('error', () => {});
    const { events, ended } = await follow(session, '/v1/events/clock');
    const headers = once(session, 'goaway');
    const stopped = other.close();
    await ended;
    expect(events.at(-1)).toMatchObject({ event: 'shutdown' });
    await headers;
    await stopped;
    expect(session.destroyed || session.closed).toBe(true);
  });
});
