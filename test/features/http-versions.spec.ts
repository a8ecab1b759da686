import { once } from 'node:events';
import { type ClientHttp2Session, connect, constants, type IncomingHttpHeaders } from 'node:http2';
import { connect as connectPlainly } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect as connectSecurely } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Access } from '#test/support/access';
import { certificateFiles } from '#test/support/certificate';
import { Shop } from '#test/support/shop';

const { files, authority, remove } = certificateFiles();
const access = new Access();
let shop: Shop;
let port: number;
let session: ClientHttp2Session;

beforeAll(async () => {
  shop = await Shop.open({ ...files, JWT_PRIVATE_KEY: access.privateKey, RATE_LIMIT: 'on' });
  port = Number(new URL(shop.gateway.url).port);
  session = connect(`https://localhost:${port}`, { ca: authority, host: '127.0.0.1' });
  await once(session, 'remoteSettings');
});
afterAll(async () => {
  session?.destroy();
  await shop?.close();
  remove();
});

/** Asks over HTTP/2. */
async function send(headers: Record<string, string>) {
  const stream = session.request({ ':path': '/v1/products?pageSize=1', ...headers });
  stream.end();
  const [answer] = (await once(stream, 'response')) as [IncomingHttpHeaders];
  const body = (await stream.setEncoding('utf8').toArray()).join('');
  return { status: answer[':status'], headers: answer, body: JSON.parse(body || '{}') as { code?: string } };
}

/** Sends bytes to a connection that TLS protects, and gives all that comes back. */
function overTls(bytes: string): Promise<string> {
  const socket = connectSecurely({ port, host: '127.0.0.1', servername: 'localhost', ca: authority });
  socket.write(bytes);
  return text(socket);
}

describe('over HTTP/2', () => {
  it('an unknown expectation is 417, and 100-continue is met', async () => {
    const refused = await send({ expect: 'nonsense' });
    expect([refused.status, refused.body.code]).toEqual([417, 'EXPECTATION_FAILED']);
    expect(refused.headers).toMatchObject({
      'content-type': 'application/problem+json; charset=utf-8',
      'x-request-id': expect.any(String),
    });
    for (const expected of ['100-continue', '100-Continue'])
      expect((await send({ expect: expected })).status).toBe(200);
  });

  it('a Host that is not the authority is refused', async () => {
    const own = { ':authority': `localhost:${port}` };
    const { status, body } = await send({ ...own, host: 'other.example' });
    expect([status, body]).toMatchObject([400, { code: 'BAD_REQUEST', errors: [{ field: 'Host' }] }]);
    expect((await send({ ...own, host: `localhost:${port}` })).status).toBe(200);
  });

  it('OPTIONS * is of the server, and CONNECT is not for it', async () => {
    const options = await send({ ':method': 'OPTIONS', ':path': '*' });
    expect([options.status, options.headers['allow']]).toEqual([204, expect.stringContaining('GET, HEAD')]);
    const stream = session.request({ ':method': 'CONNECT', ':authority': 'a:443' });
    const [answer] = (await once(stream, 'response')) as [IncomingHttpHeaders];
    expect([answer[':status'], answer['allow']]).toEqual([405, expect.stringContaining('GET')]);
    stream.destroy();
  });

  it('headers that are too many end their stream, and no other', async () => {
    const stream = session.request({ ':path': '/livez', 'x-long': 'x'.repeat(20_000) });
    await new Promise((resolve) => stream.on('error', resolve).once('close', resolve).resume());
    expect(stream.rstCode).toBe(constants.NGHTTP2_ENHANCE_YOUR_CALM);
    expect((await send({})).status).toBe(200);
  });
});

describe('over HTTP/1.1 with TLS', () => {
  it('what is no request is refused as without', async () => {
    const answer = await overTls('nonsense\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('"code":"BAD_REQUEST"');
    expect(await overTls('GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n')).toContain('"field":"Host"');
  });

  it('there is nothing for who does not speak it', async () => {
    const socket = connectPlainly(port, '127.0.0.1');
    socket.on('error', () => {}).write('GET /livez HTTP/1.1\r\nHost: a\r\n\r\n');
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    await new Promise((resolve) => socket.once('close', resolve));
    expect(Buffer.concat(chunks).toString('latin1')).not.toContain('HTTP/1.1');
  });
});

describe('a client that waits for 100 with its body', () => {
  const head = (path: string, headers = '') =>
    `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99\r\nExpect: 100-continue\r\n${headers}\r\n`;
  const refusals: [who: string, headers: Record<string, string>, status: number, path: string][] = [
    ['without credentials', {}, 401, '/v1/orders'],
    ['whose token is none of ours', { authorization: 'Bearer nonsense' }, 401, '/v1/orders'],
    ['whose token has expired', access.expired('u1'), 401, '/v1/orders'],
    ['without the scope', access.of('u1', 'orders:read'), 403, '/v1/orders'],
  ];

  it.each(refusals)('%s is refused at once', async (_who, headers, status, path) => {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const answer = await overTls(head(path, lines.join('')));
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).not.toContain('100 Continue');
    expect(answer).toMatch(/\r\nconnection: close\r\n/i);
    // The other guards run, too.
    expect(answer).toMatch(/\r\nratelimit: /i);
  });

  it.each(refusals)('%s is refused at once over HTTP/2, too', async (_who, headers, status, path) => {
    const stream = post(path, headers);
    let isContinued = false;
    stream.on('continue', () => (isContinued = true));
    const [answer] = (await once(stream, 'response')) as [IncomingHttpHeaders];
    expect([answer[':status'], isContinued]).toEqual([status, false]);
    stream.destroy();
  });

  it.each([
    ['/v1/orders', access.of('u1'), { lines: [] }, 422],
    ['/v1/auth/login', {}, { email: 'ada@example.com' }, 400],
    // Its only rule is for tokens, which it ignores.
    ['/v1/auth/refresh', access.expired('u1'), { refreshToken: 'nonsense' }, 401],
  ])('sends it to %s where it may', async (path, headers, body, status) => {
    const stream = post(path, headers);
    await once(stream, 'continue');
    stream.end(JSON.stringify(body));
    const [answer] = (await once(stream, 'response')) as [IncomingHttpHeaders];
    expect(answer[':status']).toBe(status);
    stream.destroy();
  });

  const post = (path: string, headers: Record<string, string>) =>
    session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/json',
      expect: '100-continue',
      ...headers,
    });
});
