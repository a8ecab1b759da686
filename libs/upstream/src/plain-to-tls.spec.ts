import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, it } from '@jest/globals';
import { CertificateAuthority } from '#libs/testing';
import { Context, RestClient } from '#libs/upstream';
import { clientOptions, oneTry } from './policies/upstream.fixture.ts';

const HINT = 'HTTP 400: the address is http://, but TLS is spoken there';
const TLS_HANDSHAKE = 0x16;
const authority = new CertificateAuthority('Authority');
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** A server that counts its connections. @returns its port */
async function listening(server: Server) {
  const sockets: Socket[] = [];
  server.on('connection', (socket: Socket) => void sockets.push(socket.on('error', () => {})));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return { port: (server.address() as AddressInfo).port, sockets };
}

const refusal = (type: string, body: string): string =>
  `HTTP/1.1 400 Bad Request\r\ncontent-type: ${type}\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`;

/** Speaks TLS, and answers plain HTTP in plain text. */
function tlsServer(answer: string): Server {
  const secure = createTlsServer(authority.issue('localhost'));
  secure.on('tlsClientError', () => {});
  return createTcpServer((socket) =>
    socket.once('data', (bytes) => {
      if (bytes[0] !== TLS_HANDSHAKE) return socket.end(answer);
      socket.pause();
      socket.unshift(bytes);
      secure.emit('connection', socket);
    }),
  );
}

function clientOf(port: number) {
  const client = new RestClient([`http://127.0.0.1:${port}`], clientOptions('users', oneTry));
  cleanups.push(() => client.close());
  const get = client.operation('GET', '/users');
  const stream = client.stream('POST', '/answers', '[DONE]');
  const causeOf = (call: typeof get | typeof stream) => () =>
    call(new Context({ log: { requestId: 'r-1' }, timeoutMs: 30_000 }), {}).then(
      () => undefined,
      (error: Error) => (error.cause as Error).message,
    );
  return { get: causeOf(get), stream: causeOf(stream) };
}

describe('a REST upstream with an http:// address', () => {
  it.each([
    ['nginx and Apache', 'text/html', '<h1>The plain HTTP request was sent to HTTPS port</h1>'],
    ['Go and Caddy', 'text/plain', 'Client sent an HTTP request to an HTTPS server.'],
  ])('that speaks TLS and says so with 400, as %s do, has the mistake named in the log', async (_, type, body) => {
    const { port, sockets } = await listening(tlsServer(refusal(type, body)));
    const { get, stream } = clientOf(port);
    expect(await Promise.all([get(), get(), stream()])).toEqual([HINT, HINT, HINT]);
    expect(await get()).toBe(HINT);
    // One of them is the probe of this minute.
    expect(sockets).toHaveLength(5);
  });

  it('that speaks TLS and closes other connections, as HAProxy and Node do, has the mistake named in the log', async () => {
    const { port } = await listening(tlsServer(''));
    const { get, stream } = clientOf(port);
    const message = HINT.replace('HTTP 400: ', '');
    expect(await Promise.all([get(), get(), stream()])).toEqual([message, message, message]);
  });

  it('that closes connections without TLS is not said to speak it', async () => {
    const { port } = await listening(createTcpServer((socket) => socket.once('data', () => socket.end())));
    expect(await clientOf(port).get()).toBe('other side closed');
  });

  it('that closes a connection after it has answered is not probed', async () => {
    let count = 0;
    const requests = createHttpServer((request, response) => {
      if ((count += 1) > 1) request.socket.destroy();
      else response.writeHead(200, { 'content-type': 'application/json', connection: 'close' }).end('{}');
    });
    const { port, sockets } = await listening(requests);
    const { get } = clientOf(port);
    expect(await get()).toBeUndefined();
    expect(await get()).toBe('other side closed');
    expect(sockets.length).toBe(2);
  });

  it('that answers 400 without TLS is not said to speak it', async () => {
    const plain = createHttpServer((_, response) =>
      response.writeHead(400, { 'content-type': 'text/html' }).end('<h1>no</h1>'),
    );
    const { port } = await listening(plain);
    expect(await clientOf(port).get()).toBe('HTTP 400');
  });

  it('is not probed for a 400 in JSON, which is its own', async () => {
    const plain = createHttpServer((_, response) =>
      response.writeHead(400, { 'content-type': 'application/problem+json' }).end('{"title":"no"}'),
    );
    const { port, sockets } = await listening(plain);
    expect(await clientOf(port).get()).toBe('HTTP 400: no');
    expect(sockets).toHaveLength(1);
  });
});
