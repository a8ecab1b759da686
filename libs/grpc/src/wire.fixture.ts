import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
  type ServerOptions,
} from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import type { MethodDefinition } from '@grpc/grpc-js';
import { afterEach } from '@jest/globals';
import { parseTarget } from '#libs/endpoints';
import { type CallOptions, GrpcFailure, GrpcPool, type GrpcPoolOptions } from '#libs/grpc';
import { framed } from './messages.ts';

/** An RPC whose messages are strings. */
export const echo: MethodDefinition<string, string> = {
  path: '/test.Echo/Say',
  requestStream: false,
  responseStream: false,
  requestSerialize: (text) => Buffer.from(text),
  requestDeserialize: (bytes) => bytes.toString(),
  responseSerialize: (text) => Buffer.from(text),
  responseDeserialize: (bytes) => bytes.toString(),
};

/** The server's handler of a call; `index` counts the calls of the server from 0. */
export type Serve = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, index: number) => void;

/** Never cancels the call. */
export const until = { onEnd: () => () => {} };
export const options = (more: Partial<CallOptions> = {}): CallOptions => {
  return { metadata: [], until, isIdempotent: false, ...more };
};

/** Responds with one message and OK. */
export function answer(stream: ServerHttp2Stream, text = 'pong', headers: Record<string, string> = {}): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...headers }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.end(framed(Buffer.from(text)));
}

/** The failure of a call that is expected to fail. */
export const failureOf = (call: Promise<unknown>): Promise<GrpcFailure> =>
  call.then(
    (value) => Promise.reject(new Error(`the call did not fail: ${String(value)}`)),
    (error: unknown) => (error instanceof GrpcFailure ? error : Promise.reject(error as Error)),
  );

/** Starts plain HTTP/2 servers and clients of them, and stops them after each test. */
export function wire() {
  const cleanups: Array<() => unknown> = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  const serve = async (serving: Serve, settings: ServerOptions = {}, port = 0) => {
    const sessions: ServerHttp2Session[] = [];
    const sockets: Socket[] = [];
    const server = createServer(settings);
    let calls = 0;
    server.on('connection', (socket) => sockets.push(socket));
    server.on('session', (session) => {
      session.on('error', () => {});
      sessions.push(session);
    });
    server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
      stream.on('error', () => {});
      stream.resume();
      serving(stream, headers, calls++);
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    cleanups.push(() => {
      for (const session of sessions) session.destroy();
      return new Promise((resolve) => server.close(resolve));
    });
    /** Writes bytes beside the frames of Node's HTTP/2. */
    const inject = (stream: ServerHttp2Stream, bytes: Uint8Array) =>
      sockets[sessions.indexOf(stream.session as ServerHttp2Session)]!.write(bytes);
    return {
      sessions,
      inject,
      address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
      calls: () => calls,
    };
  };

  const poolOf = (address: string, given: GrpcPoolOptions = {}): GrpcPool => {
    const pool = new GrpcPool([parseTarget(address)!], given);
    cleanups.push(() => pool.close());
    return pool;
  };

  return { serve, poolOf };
}
