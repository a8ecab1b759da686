import { once } from 'node:events';
import { type IncomingMessage, request as open, type RequestOptions } from 'node:http';
import { connect as connectHttp2, type IncomingHttpHeaders } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import { certificateFiles } from '#test/support/certificate';
import { secondGateway, type SecondGateway } from '#test/support/second-gateway';
import { Shop } from '#test/support/shop';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';

const LOGIN = JSON.stringify({ email: 'ada@example.com', password: 'analytical-engine' });
const v1 = (address: string, port = 40_001) => `PROXY TCP4 ${address} 10.0.0.1 ${port} 443\r\n`;
/** Version 2, TCP over IPv6 from 2001:db8::7, with an extension (PP2_TYPE_ALPN, `h2`). */
const V2 = Buffer.from(
  '0d0a0d0a000d0a515549540a21210029' +
    `20010db8000000000000000000000007${'0'.repeat(31)}1` +
    '9c4101bb' +
    '0100026832',
  'hex',
);

const { files, authority, remove } = certificateFiles();
let shop: Shop;
let secure: SecondGateway;

beforeAll(async () => {
  const settings = {
    RATE_LIMIT: 'on',
    RATE_LIMIT_ANONYMOUS: '300/86400',
    PROXY_PROTOCOL: 'loopback',
    HEADERS_TIMEOUT_MS: '300',
  };
  shop = await Shop.open(settings);
  secure = await secondGateway(shop, () => ({ ...settings, ...files, TRUST_PROXY: '203.0.113.0/24' }));
});
afterAll(async () => {
  await secure?.gateway.stop();
  await shop?.close();
  remove();
});

const portOf = ({ gateway }: { gateway: { url: string } }) => Number(new URL(gateway.url).port);

/** A connection as a proxy makes it. */
function proxied(header: string | Buffer, at: { gateway: { url: string } } = shop): Socket {
  const socket = connect(portOf(at), '127.0.0.1');
  socket.on('error', () => {});
  if (header.length) socket.write(header);
  return socket;
}

async function send(header: string | Buffer, options: RequestOptions, body?: string) {
  const pending = open({ ...options, createConnection: () => proxied(header), headers: { ...options.headers } });
  pending.end(body);
  const [answer] = (await once(pending, 'response')) as [IncomingMessage];
  return { status: answer.statusCode, headers: answer.headers, text: await text(answer) };
}

const logIn = (header: string | Buffer, id: string) =>
  send(
    header,
    {
      path: '/v1/auth/login',
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': id, connection: 'close' },
    },
    LOGIN,
  );
const remainingOf = (headers: IncomingHttpHeaders) =>
  Number(/"anonymous";r=(\d+)/.exec(String(headers['ratelimit']))?.[1]);

describe('a connection with a header of the PROXY protocol', () => {
  it.each([
    ['version 1', v1('203.0.113.7'), '203.0.113.7'],
    ['version 2', V2, '2001:db8::7'],
    ['version 1, of the proxy itself', 'PROXY UNKNOWN\r\n', '127.0.0.1'],
  ])('is the client that it names: %s', async (_version, header, address) => {
    const id = `proxied-${address.replaceAll(':', '-')}`;
    expect(await logIn(header, id)).toMatchObject({ status: 200 });
    expect(await shop.logs.gateway.first({ audit: 'login.ok', requestId: id })).toMatchObject({ address });
  });

  it('spends from the bucket of its address, whatever its port', async () => {
    const left = async (header: string) => {
      const { headers } = await send(header, { path: '/v1/products/p1', headers: { connection: 'close' } });
      return remainingOf(headers);
    };
    const first = await left(v1('203.0.113.8', 1));
    expect(await left(v1('203.0.113.8', 2))).toBe(first - 3);
    expect(await left(v1('203.0.113.9', 1))).toBe(first);
  });

  it('can become a WebSocket', async () => {
    const socket = new WebSocket(`${shop.gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      createConnection: () => proxied(v1('203.0.113.7')),
    });
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'connection_init' }));
    const [message] = (await once(socket, 'message')) as [Buffer];
    expect(JSON.parse(String(message))).toMatchObject({ type: 'connection_ack' });
    socket.terminate();
  });
});

describe('before TLS', () => {
  const tls = { ca: authority, servername: 'localhost' };

  it('names the client of HTTP/1.1', async () => {
    const socket = connectTls({
      ...tls,
      socket: proxied(v1('198.51.100.7'), secure),
      ALPNProtocols: ['http/1.1'],
    });
    socket.write(
      `POST /v1/auth/login HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: tls\r\nX-Forwarded-For: 192.0.2.1\r\n` +
        `Connection: close\r\nContent-Type: application/json\r\nContent-Length: ${LOGIN.length}\r\n\r\n${LOGIN}`,
    );
    expect(await text(socket)).toMatch(/^HTTP\/1.1 200/);
    const line = await secure.log.first({ audit: 'login.ok', requestId: 'tls' });
    expect(line).toMatchObject({ address: '198.51.100.7' });
  });

  it('names the client of HTTP/2, or the proxy that its headers are believed of', async () => {
    const logInFrom = async (header: string, id: string) => {
      const socket = connectTls({ ...tls, socket: proxied(header, secure), ALPNProtocols: ['h2'] });
      const session = connectHttp2('https://localhost', { createConnection: () => socket });
      const stream = session.request({
        ':method': 'POST',
        ':path': '/v1/auth/login',
        'content-type': 'application/json',
        'x-request-id': id,
        'x-forwarded-for': '192.0.2.1, 192.0.2.2',
      });
      stream.end(LOGIN);
      const [headers] = (await once(stream, 'response')) as [IncomingHttpHeaders];
      await text(stream);
      await new Promise<void>((done) => session.close(done));
      return [headers[':status'], (await secure.log.first({ audit: 'login.ok', requestId: id }))['address']];
    };
    expect(await logInFrom(v1('198.51.100.7'), 'h2-client')).toEqual([200, '198.51.100.7']);
    expect(await logInFrom(v1('203.0.113.7'), 'h2-proxy')).toEqual([200, '192.0.2.2']);
  });
});

describe('without such a header', () => {
  it.each([
    ['none', 'GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'],
    ['a malformed one', 'PROXY TCP4 203.0.113.7\r\nGET /livez HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['an endless one', `PROXY UNKNOWN ${'x'.repeat(20_000)}`],
    ['one that is not finished', 'PROXY TCP4 203.0.113.7 '],
    ['nothing at all', ''],
  ])('a connection is closed: with %s', async (_what, bytes) => {
    expect(await text(proxied(bytes)).catch(() => '')).toBe('');
    expect(await text(proxied(bytes, secure)).catch(() => '')).toBe('');
  });

  it('a connection is worth a line in the log, once for each way', async () => {
    for (const bytes of ['GET ', 'GET ', '', '']) await text(proxied(bytes)).catch(() => '');
    const warnings = shop.logs.gateway.with({ level: 'warn' }).filter(({ msg }) => String(msg).includes('PROXY'));
    expect(warnings).toEqual([
      expect.objectContaining({
        address: '127.0.0.1',
        msg: expect.stringContaining('which PROXY_PROTOCOL requires'),
      }),
      expect.objectContaining({ address: '127.0.0.1', msg: expect.stringContaining('within HEADERS_TIMEOUT_MS') }),
    ]);
  });

  it('operators come in by their own port as before', async () => {
    expect((await fetch(`${shop.gateway.adminUrl}/livez`)).status).toBe(200);
  });
});
