import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createSecureServer, createServer as createHttp2Server } from 'node:http2';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Server as GrpcServer, ServerCredentials, status as Status } from '@grpc/grpc-js';
import { parseTarget } from '#libs/endpoints';
import { type GrpcFailure, type GrpcImplementation, GrpcPool, type GrpcPoolOptions } from '#libs/grpc';
import { CertificateAuthority, eventually, freePort } from '#libs/testing';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { healthCheck } from './health.ts';

jest.setTimeout(60_000);

const authority = new CertificateAuthority('Authority');
const { cert, key } = authority.issue('localhost', ['localhost', '127.0.0.1']);
const trusting = { ca: authority.cert };
const NEVER = { onEnd: () => () => {} };
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Starts a server that counts connections and closes after the test. @returns the port */
async function listening(server: Server) {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.on('error', () => {}));
  });
  server.on('sessionError', () => {}).on('tlsClientError', () => {});
  await once(server.listen(0, '127.0.0.1'), 'listening');
  cleanups.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { port: (server.address() as AddressInfo).port, sockets };
}

async function grpcServer(credentials: ServerCredentials): Promise<number> {
  const server = new GrpcServer();
  cleanups.push(() => server.forceShutdown());
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', credentials, (error, port) => (error ? reject(error) : resolve(port)));
  });
}

const portOf = async (server: Server) => (await listening(server)).port;
const plainGrpc = () => grpcServer(ServerCredentials.createInsecure());
const tlsGrpc = () =>
  grpcServer(
    ServerCredentials.createSsl(null, [{ cert_chain: Buffer.from(cert), private_key: Buffer.from(key) }]),
  );

function poolTo(address: string, options: GrpcPoolOptions) {
  const pool = new GrpcPool([parseTarget(address)!], {
    ...options,
    settings: { connectTimeoutMs: 20_000, ...options.settings },
  });
  cleanups.push(() => pool.close());
  return pool;
}

const failureOf = (pool: GrpcPool, until: object = NEVER): Promise<GrpcFailure> =>
  pool.unary(healthCheck, {}, { metadata: [], until: until as typeof NEVER, isIdempotent: true }).then(
    () => Promise.reject(new Error('the call did not fail')),
    (failure: GrpcFailure) => failure,
  );

const WRITE_TLS = 'the server uses TLS: prefix its address with grpcs://';
const WRITE_PLAIN = 'the server uses plain text, not TLS: prefix its address with grpc://';
const NO_HTTP2 = 'the server supports TLS, but not HTTP/2, which gRPC requires';

/** Node does not respond to plain text on a TLS port; nginx, Apache and Go respond in HTTP/1.1. */
const likeNginx = () => {
  const secure = createTlsServer({ cert, key, ALPNProtocols: ['h2'] });
  cleanups.push(() => secure.close());
  return createTcpServer((socket) => {
    socket.once('data', (bytes) => {
      if (bytes[0] !== 0x16) return socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
      socket.pause();
      socket.unshift(bytes);
      secure.emit('connection', socket);
    });
  });
};

const implementations: GrpcImplementation[] = ['http2', 'grpc-js'];

describe.each(implementations)('a failed connection with %s has a hint in the failure', (implementation) => {
  it.each<[string, () => Promise<number>, string]>([
    ['a gRPC server over TLS', tlsGrpc, WRITE_TLS],
    ['an HTTP/2 server over TLS', () => portOf(createSecureServer({ cert, key })), WRITE_TLS],
    [
      'an HTTP/2 server that allows HTTP/1.1',
      () => portOf(createSecureServer({ cert, key, allowHTTP1: true })),
      WRITE_TLS,
    ],
    ['a TLS server without ALPN', () => portOf(createTlsServer({ cert, key })), WRITE_TLS],
    [
      'a TLS server that requires a client certificate',
      () => portOf(createTlsServer({ cert, key, ca: cert, requestCert: true, maxVersion: 'TLSv1.2' })),
      WRITE_TLS,
    ],
    ['a TLS server that responds to plain text in HTTP/1.1', () => portOf(likeNginx()), WRITE_TLS],
    ['an HTTPS server', () => portOf(createHttpsServer({ cert, key })), NO_HTTP2],
    [
      'an HTTP/1.1 server',
      () => portOf(createHttpServer()),
      'the server supports only HTTP/1.1, not HTTP/2, which gRPC requires',
    ],
  ])('in plain text to %s', async (_, start, hint) => {
    const port = await start();
    const failure = await failureOf(poolTo(`127.0.0.1:${port}`, { implementation }));
    expect(failure).toMatchObject({ code: Status.UNAVAILABLE, progress: 'unsent' });
    expect(failure.details).toContain(`(${hint})`);
  });

  it.each<[string, () => Promise<number>, string]>([
    ['a gRPC server in plain text', plainGrpc, WRITE_PLAIN],
    ['an HTTP/2 server in plain text', () => portOf(createHttp2Server()), WRITE_PLAIN],
    [
      'an HTTP/1.1 server',
      () => portOf(createHttpServer()),
      'the server supports only HTTP/1.1 in plain text, neither TLS nor HTTP/2, which gRPC requires',
    ],
    ['an HTTPS server', () => portOf(createHttpsServer({ cert, key })), NO_HTTP2],
  ])('over TLS to %s', async (_, start, hint) => {
    const port = await start();
    const pool = poolTo(`grpcs://localhost:${port}`, { implementation, tls: () => trusting });
    const failure = await failureOf(pool);
    expect(failure).toMatchObject({ code: Status.UNAVAILABLE, progress: 'unsent' });
    expect(failure.details).toContain(`(${hint})`);
  });

  it.each(['', 'grpcs://'])('to a server that closes it immediately, %s', async (scheme) => {
    const { port } = await listening(createTcpServer((socket) => socket.destroy()));
    const failure = await failureOf(poolTo(`${scheme}127.0.0.1:${port}`, { implementation }));
    expect(failure).toMatchObject({ code: Status.UNAVAILABLE, progress: 'unsent' });
    expect(failure.details).toMatch(
      /closed|ECONNRESET|disconnected|EPIPE|\(the server closes connections without an answer\)/,
    );
    expect(failure.details).not.toMatch(/the server (uses|supports)/);
  });

  it('to a closed port, without a probe', async () => {
    const port = await freePort();
    const failure = await failureOf(poolTo(`127.0.0.1:${port}`, { implementation }));
    expect(failure.details).toContain('ECONNREFUSED');
    expect(failure.details).not.toMatch(/the server (uses|supports)/);
  });
});

describe('the diagnosis of a failure', () => {
  it.each(['', 'grpcs://'])(
    'is not used if a server sends nothing, which is a failure of its own %s',
    async (scheme) => {
      const { port, sockets } = await listening(createTcpServer());
      const pool = poolTo(`${scheme}127.0.0.1:${port}`, { settings: { connectTimeoutMs: 50 } });
      const failure = await failureOf(pool);
      expect(failure.details).toContain('no HTTP/2 SETTINGS arrived in 50 ms');
      expect(sockets.size).toBe(1);
    },
  );

  it('is made once a minute, and added to every failure until the next', async () => {
    const { port, sockets } = await listening(createTlsServer({ cert, key }));
    const pool = poolTo(`127.0.0.1:${port}`, {});
    for (let i = 0; i < 5; i += 1) expect((await failureOf(pool)).details).toContain(WRITE_TLS);
    // Five attempts and two probes: one in plain text, one over TLS.
    expect(sockets.size).toBe(7);
  });

  it('is not added to other failures of the same address', async () => {
    const first = createTlsServer({ cert, key });
    const { port, sockets } = await listening(first);
    const pool = poolTo(`127.0.0.1:${port}`, {});
    expect((await failureOf(pool)).details).toContain(WRITE_TLS);
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => first.close(resolve));
    expect((await failureOf(pool)).details).toMatch(/ECONNREFUSED[^(]*$/);
  });

  it('does not delay a call that has ended', async () => {
    let connections = 0;
    const server = createTcpServer((socket) => void ((connections += 1) === 1 && socket.destroy()));
    const { port, sockets } = await listening(server);
    let end = () => {};
    const until = {
      endedBy: undefined as unknown,
      onEnd: (listener: () => void) => {
        end = listener;
        return () => {};
      },
    };
    const failing = failureOf(poolTo(`127.0.0.1:${port}`, {}), until);
    // The first connection was closed; the probe receives no response.
    await eventually(() => sockets.size >= 2);
    until.endedBy = 'deadline';
    end();
    expect((await failing).code).toBe(Status.CANCELLED);
  });
});
