import { once } from 'node:events';
import { createServer } from 'node:net';
import {
  type handleUnaryCall,
  type MethodDefinition,
  Server,
  ServerCredentials,
  type ServerWritableStream,
} from '@grpc/grpc-js';
import { afterEach } from '@jest/globals';
import { parseTarget } from '#libs/endpoints';
import type { CallOptions } from './channel.ts';
import { GrpcPool, type GrpcPoolOptions } from './pool.ts';

const toBytes = (text: string) => Buffer.from(text);
const toText = (bytes: Buffer) => bytes.toString();
const definition = (name: string, responseStream: boolean): MethodDefinition<string, string> => ({
  path: `/test.Echo/${name}`,
  requestStream: false,
  responseStream,
  requestSerialize: toBytes,
  requestDeserialize: toText,
  responseSerialize: toBytes,
  responseDeserialize: toText,
});

/** The RPCs of the test servers, whose messages are strings. */
export const echo = definition('Echo', false);
export const watch = definition('Watch', true);

/** Never ends by itself. */
export const anyCall: CallOptions = { metadata: [], until: { onEnd: () => () => {} }, isIdempotent: false };

export type Answer = handleUnaryCall<string, string>;
const itself: Answer = ({ request }, done) => done(null, request);

/** Starts gRPC servers and pools, and stops them after each test. */
export function grpcServers() {
  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  /** A server that records its calls. @param place `host:port` or `unix:/path` */
  const serve = async (place: string, answer: Answer = itself) => {
    const calls: string[] = [];
    const watchers: ServerWritableStream<string, string>[] = [];
    const server = new Server();
    const count: Answer = (call, done) => {
      calls.push(call.request);
      answer(call, done);
    };
    server.addService(
      { echo: { ...echo, originalName: 'echo' }, watch: { ...watch, originalName: 'watch' } },
      { echo: count, watch: (call: ServerWritableStream<string, string>) => watchers.push(call) },
    );
    const port = await new Promise<number>((resolve, reject) => {
      const bound = (error: Error | null, its: number) => (error ? reject(error) : resolve(its));
      server.bindAsync(place, ServerCredentials.createInsecure(), bound);
    });
    const stop = () => server.forceShutdown();
    cleanups.push(stop);
    return { port, calls, watchers, stop };
  };

  /** Servers with one port on several loopback addresses. */
  const serveAll = async (hosts: readonly string[], answer?: Answer) => {
    const first = await serve(`${hosts[0]}:0`, answer);
    const others = await Promise.all(hosts.slice(1).map((host) => serve(`${host}:${first.port}`, answer)));
    return { port: first.port, servers: [first, ...others] };
  };

  const poolOf = (addresses: readonly string[], options?: GrpcPoolOptions) => {
    const pool = new GrpcPool(
      addresses.map((address) => parseTarget(address)!),
      options,
    );
    cleanups.push(() => pool.close());
    const call = (text = 'x', its: Partial<CallOptions> = {}) => pool.unary(echo, text, { ...anyCall, ...its });
    return { pool, call };
  };

  /** A port that stays closed during the test: it is bound to another loopback address. */
  const closedPort = async (): Promise<number> => {
    const holder = createServer().listen(0, '127.0.0.9');
    await once(holder, 'listening');
    cleanups.push(() => holder.close());
    return (holder.address() as { port: number }).port;
  };

  return { serve, serveAll, poolOf, closedPort };
}

/** Whether this machine has IPv6. */
export async function hasIpv6(): Promise<boolean> {
  const server = createServer().listen(0, '::1');
  const isBound = await Promise.race([
    once(server, 'listening').then(() => true),
    once(server, 'error').then(() => false),
  ]);
  server.close();
  return isBound;
}
