import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { connect as connectHttp2, createSecureServer } from 'node:http2';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { CertificateAuthority } from '#libs/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { expectProxyHeaders, type ProxiedConnectionsOptions } from './proxied-connections.ts';
import { v2Header } from './proxy-header.fixture.ts';

const V1 = 'PROXY TCP4 203.0.113.7 10.0.0.1 40001 443\r\n';
const GET = 'GET / HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n';

const whoAmI: RequestListener = ({ socket, httpVersion }, response) => {
  const { remoteAddress, remotePort, remoteFamily } = socket;
  response.end(JSON.stringify([httpVersion, remoteAddress, remotePort, remoteFamily]));
};

const servers: Server[] = [];
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(servers.splice(0).map((server) => new Promise((done) => server.close(done))));
});

async function listen(server: Server, options: Partial<ProxiedConnectionsOptions> = {}): Promise<number> {
  expectProxyHeaders(server, { from: true, timeoutMs: 5_000, ...options });
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

function dial(port: number): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  sockets.push(socket);
  return socket;
}

/** Sends chunks sequentially. @returns the response until the server closes the connection */
async function exchange(port: number, ...pieces: (string | Buffer)[]): Promise<string> {
  const socket = dial(port).setNoDelay();
  const answer = text(socket).catch(() => '');
  for (const piece of pieces) {
    socket.write(piece);
    await turn();
  }
  return answer;
}

const reported = (answer: string) => JSON.parse(answer.split('\r\n\r\n')[1]!) as unknown;

describe('a connection from a proxy', () => {
  it.each([
    ['version 1', Buffer.from(V1)],
    ['version 2', v2Header({ from: '203.0.113.7', tlvs: Buffer.alloc(500) })],
  ])('has the address in its header: %s', async (_version, header) => {
    const port = await listen(createServer(whoAmI));
    const expected = ['1.1', '203.0.113.7', 40_001, 'IPv4'];
    expect(reported(await exchange(port, header, GET))).toEqual(expected);
    expect(reported(await exchange(port, Buffer.concat([header, Buffer.from(GET)])))).toEqual(expected);
    const bytes = Array.from(Buffer.concat([header, Buffer.from(GET)]), (byte) => Buffer.from([byte]));
    expect(reported(await exchange(port, ...bytes))).toEqual(expected);
  });

  it('has its own address if the header has none', async () => {
    const port = await listen(createServer(whoAmI));
    for (const header of ['PROXY UNKNOWN\r\n', v2Header({ command: 0x20, family: 0 })]) {
      expect(reported(await exchange(port, header, GET))).toEqual([
        '1.1',
        '127.0.0.1',
        expect.any(Number),
        'IPv4',
      ]);
    }
  });

  it('keeps it for all requests', async () => {
    const port = await listen(createServer(whoAmI));
    const answer = await exchange(port, `${V1}${GET.replace('close', 'keep-alive')}`, GET);
    expect(answer.match(/203\.0\.113\.7/g)).toHaveLength(2);
  });

  it('is answered though its client has half-closed the connection', async () => {
    const port = await listen(createServer(whoAmI));
    const socket = dial(port);
    socket.end(V1 + GET);
    expect(await text(socket)).toContain('203.0.113.7');
  });

  it('keeps the bytes of a body that arrive with the header', async () => {
    const body = 'x'.repeat(200_000);
    const server = createServer((request, response) => {
      void text(request).then((found) => response.end(String(found === body)));
    });
    const port = await listen(server);
    const head = `POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n`;
    expect(await exchange(port, V1 + head + body)).toMatch(/true$/);
  });

  it('can be upgraded', async () => {
    const server = createServer();
    server.on('upgrade', ({ socket: { remoteAddress } }, socket) => socket.end(`${remoteAddress} upgraded`));
    const port = await listen(server);
    const answer = await exchange(
      port,
      V1,
      'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: foo\r\n\r\n',
    );
    expect(answer).toBe('203.0.113.7 upgraded');
  });
});

describe('before TLS', () => {
  const authority = new CertificateAuthority();
  const options = { ...authority.issue('localhost'), allowHTTP1: true };
  const secure = () => createSecureServer(options, whoAmI as never) as unknown as Server;
  const tls = { ca: authority.cert, servername: 'localhost' };

  it('HTTP/1.1 has the address in the header', async () => {
    const raw = dial(await listen(secure()));
    raw.write(V1);
    const socket = connectTls({ ...tls, socket: raw, ALPNProtocols: ['http/1.1'] });
    socket.write(GET);
    expect(reported(await text(socket))).toEqual(['1.1', '203.0.113.7', 40_001, 'IPv4']);
  });

  it('the first bytes of the client may arrive with the header', async () => {
    const port = await listen(secure());
    const proxy = createTcpServer((client) => {
      const upstream = dial(port).on('close', () => client.destroy());
      client.once('data', (first: Buffer) => {
        upstream.write(Buffer.concat([v2Header({ from: '203.0.113.7' }), first]));
        client.pipe(upstream).pipe(client);
      });
    });
    await once(proxy.listen(0, '127.0.0.1'), 'listening');
    const socket = connectTls({ ...tls, port: (proxy.address() as AddressInfo).port, host: '127.0.0.1' });
    socket.write(GET);
    expect(reported(await text(socket))).toEqual(['1.1', '203.0.113.7', 40_001, 'IPv4']);
    await new Promise((done) => proxy.close(done));
  });

  it('each HTTP/2 connection has its own address', async () => {
    const port = await listen(secure());
    const addresses = ['203.0.113.7', '2001:db8::1', '198.51.100.1'];
    const found = addresses.map(async (from) => {
      const raw = dial(port);
      raw.write(v2Header({ from }));
      const socket = connectTls({ ...tls, socket: raw, ALPNProtocols: ['h2'] });
      const session = connectHttp2('https://localhost', { createConnection: () => socket });
      const streams = [session.request(), session.request()];
      const answers = await Promise.all(streams.map((stream) => text(stream)));
      await new Promise<void>((done) => session.close(done));
      return answers.map((answer) => (JSON.parse(answer) as string[]).slice(0, 2));
    });
    expect(await Promise.all(found)).toEqual(
      addresses.map((from) => [
        ['2.0', from],
        ['2.0', from],
      ]),
    );
  });

  it('a handshake that fails is reported with its address', async () => {
    const server = secure();
    const failed = once(server, 'tlsClientError') as Promise<[Error, Socket]>;
    await exchange(await listen(server), V1, GET);
    expect((await failed)[1].remoteAddress).toBe('203.0.113.7');
  });

  it('a connection that starts TLS without a header is closed', async () => {
    const port = await listen(secure());
    const socket = connectTls({ ...tls, port, host: '127.0.0.1' });
    await expect(once(socket, 'secureConnect')).rejects.toThrow();
  });
});

describe('a connection is closed without a response, and the reason is reported, if it', () => {
  const refusing = async (options: Partial<ProxiedConnectionsOptions> = {}) => {
    const refused: unknown[] = [];
    const onRefused = (...one: unknown[]) => void refused.push(one);
    return { refused, port: await listen(createServer(whoAmI), { onRefused, ...options }) };
  };

  it.each([
    ['has no header', GET],
    ['has a malformed header', 'PROXY TCP4 somewhere\r\n'],
    ['has an unterminated header', `PROXY ${'x'.repeat(5_000)}`],
    ['has a header that is too long', v2Header({ from: '203.0.113.7', tlvs: Buffer.alloc(60_000) })],
  ])('that %s', async (_what, bytes) => {
    const { port, refused } = await refusing();
    expect(await exchange(port, bytes, GET)).toBe('');
    expect(refused).toEqual([['malformed', '127.0.0.1']]);
  });

  it('has a header that is too slow', async () => {
    const { port, refused } = await refusing({ timeoutMs: 50 });
    expect(await exchange(port, V1.slice(0, 20))).toBe('');
    expect(await exchange(port)).toBe('');
    expect(refused).toEqual([
      ['late', '127.0.0.1'],
      ['late', '127.0.0.1'],
    ]);
  });

  it('comes from an untrusted address', async () => {
    const { port, refused } = await refusing({ from: ['10.0.0.0/8'] });
    expect(await exchange(port, V1, GET)).toBe('');
    expect(refused).toEqual([['stranger', '127.0.0.1']]);
    const ours = await listen(createServer(whoAmI), { from: ['loopback'] });
    expect(reported(await exchange(ours, V1, GET))).toContain('203.0.113.7');
  });

  it('but not reported if it ends before its header does, like a port check', async () => {
    const { port, refused } = await refusing();
    for (const beginning of ['', V1.slice(0, 20)]) {
      const socket = dial(port);
      socket.end(beginning);
      expect(await text(socket)).toBe('');
    }
    expect(refused).toEqual([]);
  });
});

describe('a server that closes', () => {
  it('does not wait for headers', async () => {
    const server = createServer(whoAmI);
    const port = await listen(server);
    const gone = text(dial(port));
    await once(server, 'connection');
    servers.length = 0;
    await new Promise((done) => server.close(done));
    expect(await gone).toBe('');
  });

  it('tolerates clients that reset their connection', async () => {
    const port = await listen(createServer(whoAmI));
    for (const piece of ['', V1.slice(0, 9), V1]) {
      const socket = dial(port);
      await once(socket, 'connect');
      if (piece) socket.write(piece);
      await turn();
      socket.resetAndDestroy();
    }
    expect(reported(await exchange(port, V1, GET))).toContain('203.0.113.7');
  });
});
