import { once } from 'node:events';
import {
  constants,
  createServer,
  type IncomingHttpHeaders,
  type Http2Server,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { status as Code, type ServiceDefinition } from '@grpc/grpc-js';
import { invalidFrames } from './http2-frames.ts';
import { endless, gzipBombOfAGigabyte, Lying, manyHeaders, type TakenCall, UPSTREAM_SECRET } from './lying.ts';

const GIGABYTE = 1024 ** 3;
/** A message has a compressed flag of one byte, and a length of four bytes. */
const PREFIX_BYTES = 5;
const sockets = new WeakMap<ServerHttp2Session, Socket>();

/** The correct responses of an upstream, by method, for example `ListOrders`. */
export type GrpcTruth = Record<string, (question: never) => unknown>;

/** A wrong response. `truth` returns the correct one. */
export type GrpcLie = (stream: ServerHttp2Stream, call: TakenCall, truth: () => void) => void;

/** A gRPC upstream on a free port of 127.0.0.1, over plain HTTP/2, that returns wrong responses on demand. */
export class LyingGrpc extends Lying<GrpcLie> {
  private readonly sessions = new Set<ServerHttp2Session>();

  private constructor(
    private readonly server: Http2Server,
    private readonly service: ServiceDefinition,
    private readonly truth: GrpcTruth,
  ) {
    super();
  }

  /** @param truth its correct responses; UNIMPLEMENTED for other methods */
  static async open(service: ServiceDefinition, truth: GrpcTruth): Promise<LyingGrpc> {
    const server = createServer({ maxSendHeaderBlockLength: 1024 * 1024 });
    const lying = new LyingGrpc(server, service, truth);
    let accepted!: Socket;
    server.prependListener('connection', (socket: Socket) => void (accepted = socket));
    server.on('session', (session) => {
      sockets.set(session, accepted);
      lying.sessions.add(session);
      session.on('close', () => lying.sessions.delete(session));
    });
    server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
      stream.on('error', () => {});
      void lying.serve(stream, headers);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return lying;
  }

  /** Its address, `host:port`. */
  get address(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Closes it and all connections. */
  async close(): Promise<void> {
    this.server.close();
    for (const session of this.sessions) session.destroy();
    await once(this.server, 'close');
  }

  private async serve(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> {
    const path = headers[':path']!;
    const rpc = path.split('/')[2]!;
    const method = Object.values(this.service).find((one) => one.path === path);
    const question = await buffer(stream).catch(() => undefined);
    if (!question || stream.destroyed) return;
    const request: unknown = method?.requestDeserialize(question.subarray(PREFIX_BYTES));
    const { call, lie } = this.take(rpc, headers, request);
    stream.on('close', () => stream.rstCode === constants.NGHTTP2_CANCEL && this.cancelled(call));
    const answer = () => {
      if (stream.destroyed) return;
      const truth = this.truth[rpc]?.(request as never);
      if (!method || truth === undefined) fail(stream, Code.UNIMPLEMENTED);
      else grpcMessage(method.responseSerialize(truth))(stream, call, answer);
    };
    if (lie) lie(stream, call, answer);
    else answer();
  }
}

const opened = (stream: ServerHttp2Stream, headers: Record<string, string> = {}): void => {
  stream.respond(
    { ':status': 200, 'content-type': 'application/grpc+proto', ...headers },
    { waitForTrailers: true },
  );
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
};

function prefix(length: number, isCompressed = false): Buffer {
  const bytes = Buffer.alloc(PREFIX_BYTES);
  bytes.writeUInt8(isCompressed ? 1 : 0, 0);
  bytes.writeUInt32BE(length, 1);
  return bytes;
}

function fail(stream: ServerHttp2Stream, code: Code, trailers: Record<string, string> = {}): void {
  const words = { 'grpc-status': `${code}`, 'grpc-message': UPSTREAM_SECRET };
  stream.respond(
    { ':status': 200, 'content-type': 'application/grpc+proto', ...words, ...trailers },
    { endStream: true },
  );
}

/** A message of these bytes. */
export const grpcMessage =
  (bytes: Uint8Array): GrpcLie =>
  (stream) => {
    opened(stream);
    stream.end(Buffer.concat([prefix(bytes.length), bytes]));
  };

/** A stream of messages, each of these bytes. @param isOver whether it ends after them */
export const grpcMessages =
  (messages: readonly Uint8Array[], isOver = true): GrpcLie =>
  (stream) => {
    opened(stream);
    for (const bytes of messages) stream.write(Buffer.concat([prefix(bytes.length), bytes]));
    if (isOver) stream.end();
  };

/** Bytes beside the frames of Node's HTTP/2. */
const raw =
  (bytes: (streamId: number) => Buffer): GrpcLie =>
  (stream) =>
    void sockets.get(stream.session as ServerHttp2Session)!.write(bytes(stream.id!));

/** The wrong responses of a gRPC upstream. */
export const grpcLies = {
  /** A message that is not protobuf. */
  garbage: grpcMessage(Buffer.concat([Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f]), Buffer.from(UPSTREAM_SECRET)])),
  html: (stream) => {
    stream.respond({ ':status': 200, 'content-type': 'text/html' });
    stream.end(`<!doctype html><h1>It works!</h1><!-- ${UPSTREAM_SECRET} -->`);
  },
  gigabyte: (stream, call) => {
    opened(stream);
    stream.write(prefix(GIGABYTE));
    Readable.from(endless(GIGABYTE, call)).pipe(stream);
  },
  gzipBomb: (stream) => {
    opened(stream, { 'grpc-encoding': 'gzip' });
    stream.end(Buffer.concat([prefix(gzipBombOfAGigabyte().length, true), gzipBombOfAGigabyte()]));
  },
  headers: (stream) =>
    stream.respond({ ':status': 200, 'grpc-status': '13', ...manyHeaders() }, { endStream: true }),
  never: () => {},
  dataOnStreamZero: raw(invalidFrames.dataOnStreamZero),
  invalidHpack: raw(invalidFrames.invalidHpack),
  trailersTwice: raw(invalidFrames.trailersTwice),
} satisfies Record<string, GrpcLie>;

/** Fails with a status. @param trailers additional ones, for example `grpc-retry-pushback-ms` */
export const grpcFailure =
  (code: Code, trailers: Record<string, string> = {}): GrpcLie =>
  (stream) =>
    fail(stream, code, trailers);

/** The correct response after a delay. */
export const grpcSlow =
  (delayMs: number): GrpcLie =>
  (_stream, _call, truth) =>
    void setTimeout(truth, delayMs).unref();
